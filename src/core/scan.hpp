#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace quoth {

/// What ends lines, or must not be in one.
[[nodiscard]] constexpr bool is_line_octet(char c) noexcept {
  return c == '\r' || c == '\n' || c == '\0';
}

/// Where in `text` the first CR, LF or NUL stands; text.size() if there is none. Reads nothing
/// behind the end.
[[nodiscard]] std::size_t find_line_octet(std::string_view text) noexcept;

/// How many octets the plain lines at the beginning of `text` have, which stands at the beginning
/// of a line: lines that end with CRLF, have no dot at their beginning, no other CR or LF and no
/// NUL within, and not more than `line_limit` octets with their CRLF. May leave some of them out,
/// never takes one that is not plain. Reads nothing behind the end.
[[nodiscard]] std::size_t skip_plain_lines(std::string_view text, std::size_t line_limit) noexcept;

/// A way to do both. All find the same line octets; how far plain lines are skipped differs.
struct LineScanner {
  std::string_view name;
  std::size_t (*find_line_octet)(std::string_view text) noexcept;
  std::size_t (*skip_plain_lines)(std::string_view text, std::size_t line_limit) noexcept;
};

/// Those that this processor can run: the portable one first, and last the one that is used.
[[nodiscard]] std::span<const LineScanner> line_scanners() noexcept;

/// From here on the two functions above are those of `scanner`, one of line_scanners(), in all
/// threads: for tests and the instruction gate, whose counts must not depend on the processor.
void use_line_scanner(const LineScanner& scanner) noexcept;

}  // namespace quoth
