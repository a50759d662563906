#pragma once

#include <string>
#include <string_view>

namespace quoth::app {

/// Appends `text` as a JSON string with its quotes. The result is always UTF-8: each octet that is
/// no part of it becomes \u0080 to \u00ff.
void append_json(std::string_view text, std::string& out);

/// Appends `text` so that it cannot act on a terminal or end the line: octets of control characters
/// (C0, DEL, C1), of those that turn the direction of writing, and of what is no UTF-8 become \xNN,
/// and a backslash becomes two.
void append_escaped(std::string_view text, std::string& out);

/// A line of a file to quote: as append_escaped(), but tabs and backslashes stay.
[[nodiscard]] std::string escaped_line(std::string_view text);

}  // namespace quoth::app
