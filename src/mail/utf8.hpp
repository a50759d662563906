#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quoth::mail {

/// The octets of the character over U+007F that `text` begins with; 0 if there is none, or if it is
/// not well-formed: overlong, a surrogate, over U+10FFFF, cut off (RFC 3629 §3, §4).
[[nodiscard]] std::size_t high_character_at(std::string_view text) noexcept;

/// The same, but 0 for the controls U+0080 to U+009F as well, which mean as little in an address as
/// those of ASCII do, and which terminals obey (RFC 5198 §2).
[[nodiscard]] std::size_t visible_high_character_at(std::string_view text) noexcept;

/// Whether no octet of `text` is over 127.
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Appends a character, which is a Unicode scalar value.
void append_utf8(std::string& out, char32_t character);

}  // namespace quoth::mail
