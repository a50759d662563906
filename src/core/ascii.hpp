#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace quoth::ascii {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

[[nodiscard]] constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] constexpr bool is_alnum(char c) noexcept { return is_digit(c) || is_alpha(c); }

/// Octets below space, and DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
}

[[nodiscard]] constexpr bool is_high(char c) noexcept {
  return static_cast<unsigned char>(c) > 0x7fU;
}

[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

[[nodiscard]] constexpr char to_upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
}

[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string result(text.size(), '\0');
  std::ranges::transform(text, result.begin(), to_lower);
  return result;
}

[[nodiscard]] inline std::string upper(std::string_view text) {
  std::string result(text.size(), '\0');
  std::ranges::transform(text, result.begin(), to_upper);
  return result;
}

/// Equality without regard to the case of A to Z.
[[nodiscard]] constexpr bool iequals(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

}  // namespace quoth::ascii
