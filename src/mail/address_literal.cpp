#include "mail/address_literal.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"

namespace quoth::mail {
namespace {

constexpr bool is_hex_digit(char c) noexcept {
  return ascii::is_digit(c) || (ascii::to_lower(c) >= 'a' && ascii::to_lower(c) <= 'f');
}

/// Takes `prefix` from the beginning of `rest` if it stands there.
bool take(std::string_view& rest, std::string_view prefix) noexcept {
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

/// Snum: one to three digits, decimal, 0 to 255; leading zeros are decimal too (RFC 5321 §4.1.3).
bool take_snum(std::string_view& rest) noexcept {
  unsigned value = 0;
  std::size_t size = 0;
  for (; size < std::min<std::size_t>(rest.size(), 3) && ascii::is_digit(rest[size]); ++size) {
    value = 10 * value + static_cast<unsigned>(rest[size] - '0');
  }
  rest.remove_prefix(size);
  return size > 0 && value <= 255;
}

bool is_ipv4(std::string_view text) noexcept {
  for (int dots = 0; dots < 3; ++dots) {
    if (!take_snum(text) || !take(text, ".")) return false;
  }
  return take_snum(text) && text.empty();
}

/// IPv6-hex: one to four hexadecimal digits.
bool take_group(std::string_view& rest) noexcept {
  const auto* const end = std::ranges::find_if_not(rest, is_hex_digit);
  const auto size = static_cast<std::size_t>(end - rest.begin());
  rest.remove_prefix(size);
  return size >= 1 && size <= 4;
}

bool is_ipv6(std::string_view text) noexcept {
  std::size_t groups = 0;
  bool compressed = take(text, "::");
  while (!text.empty()) {
    if (is_ipv4(text)) {  // it can only be the last one, and stands for two groups
      groups += 2;
      break;
    }
    if (!take_group(text)) return false;
    ++groups;
    if (text.empty()) break;
    if (take(text, "::")) {
      if (compressed) return false;
      compressed = true;
    } else if (!take(text, ":") || text.empty()) {
      return false;
    }
  }
  // "::" stands for at least two groups (RFC 5321 §4.1.3).
  return compressed ? groups <= 6 : groups == 8;
}

}  // namespace

bool is_address_literal(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view tag = "IPv6:";
  if (ascii::iequals(text.substr(0, tag.size()), tag)) return is_ipv6(text.substr(tag.size()));
  return is_ipv4(text);
}

}  // namespace quoth::mail
