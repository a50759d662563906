#include "smtp/xtext.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "mail/utf8.hpp"

namespace quoth::smtp {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

/// The value of an upper-case hexadecimal digit; none for all else.
std::optional<unsigned> hex_value(char c) noexcept {
  const std::size_t value = hex_digits.find(c);
  if (value == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(value);
}

/// What stands for itself in xtext and in QCHAR, but for the backslash there.
constexpr bool is_plain(char c) noexcept { return c > ' ' && c <= '~' && c != '+' && c != '='; }

/// HEXPOINT: of ASCII only what could not stand for itself, and no zeros before (RFC 6533 §3).
bool is_hex_point(char32_t value, std::size_t digits) noexcept {
  if (value < 0x80) {
    return digits == 2 && (value == ' ' || value == '+' || value == '=' || value == '\\');
  }
  std::size_t needed = 2;
  while ((value >> (4 * needed)) != 0) ++needed;
  return digits == needed && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/// Takes "\x{HEX}" from the beginning of `rest` and appends its character.
bool take_embedded(std::string_view& rest, std::string& out) {
  if (!rest.starts_with("\\x{")) return false;
  rest.remove_prefix(3);
  char32_t value = 0;
  std::size_t digits = 0;
  for (; digits < 6 && digits < rest.size(); ++digits) {
    const std::optional<unsigned> digit = hex_value(rest[digits]);
    if (!digit) break;
    value = 16 * value + *digit;
  }
  rest.remove_prefix(digits);
  if (!rest.starts_with('}') || !is_hex_point(value, digits)) return false;
  rest.remove_prefix(1);
  const std::size_t before = out.size();
  mail::append_utf8(out, value);
  // Neither logs nor notifications shall get the controls of U+0080 to U+009F.
  return value < 0x80 || mail::visible_high_character_at(std::string_view{out}.substr(before)) != 0;
}

void append_embedded(std::string& out, char32_t character) {
  std::string digits;
  for (; character != 0; character >>= 4U) digits.insert(0, 1, hex_digits[character & 0xFU]);
  out.append("\\x{").append(digits).append("}");
}

/// The character that `text`, well-formed UTF-8 of `size` octets, is.
char32_t decoded(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  char32_t character = lead & (0xFFU >> (text.size() + 1));
  for (const char c : text.substr(1)) {
    character = (character << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return character;
}

}  // namespace

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) {
      octets.push_back(text[i]);
      continue;
    }
    // hexchar: the digits are upper-case ones (RFC 3461 §4).
    if (text[i] != '+' || text.size() - i < 3) return std::nullopt;
    const std::optional<unsigned> high = hex_value(text[i + 1]);
    const std::optional<unsigned> low = hex_value(text[i + 2]);
    if (!high || !low) return std::nullopt;
    octets.push_back(static_cast<char>(static_cast<unsigned char>((16 * *high) + *low)));
    i += 2;
  }
  return octets;
}

std::string encode_xtext(std::string_view octets) {
  std::string text;
  for (const char c : octets) {
    if (is_plain(c)) {
      text.push_back(c);
    } else {
      const auto octet = static_cast<unsigned char>(c);
      text.append(1, '+').append(1, hex_digits[octet / 16U]).append(1, hex_digits[octet % 16U]);
    }
  }
  return text;
}

std::optional<std::string> decode_utf8_address(std::string_view text) {
  std::string address;
  while (!text.empty()) {
    if (text.front() == '\\') {
      if (!take_embedded(text, address)) return std::nullopt;
      continue;
    }
    const std::size_t size = is_plain(text.front()) ? 1 : mail::visible_high_character_at(text);
    if (size == 0) return std::nullopt;
    address.append(text.substr(0, size));
    text.remove_prefix(size);
  }
  return address;
}

std::string encode_utf8_address(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(mail::high_character_at(text), 1);
    if (size > 1) {
      append_embedded(result, decoded(text.substr(0, size)));
    } else if (is_plain(text.front()) && text.front() != '\\') {
      result.push_back(text.front());
    } else {
      append_embedded(result, static_cast<unsigned char>(text.front()));
    }
    text.remove_prefix(size);
  }
  return result;
}

bool is_printable_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace quoth::smtp
