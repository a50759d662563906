#include "apps/quoth/escape.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace quoth::app {
namespace {

/// What stands at the beginning of a text: a character of UTF-8, or one octet that is none.
struct Character {
  char32_t code;
  std::size_t size;
  bool valid;
};

constexpr unsigned octet(char c) noexcept { return static_cast<unsigned char>(c); }

/// Octets of the sequence that `lead` begins; 0: no lead octet (RFC 3629 §4).
constexpr std::size_t sequence_size(unsigned lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Too long a form of a smaller code, a surrogate, or beyond Unicode (RFC 3629 §3).
constexpr bool is_bad_code(char32_t code, std::size_t size) noexcept {
  return (size == 3 && code < 0x800) || (size == 4 && code < 0x10000) ||
         (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF;
}

Character character_at(std::string_view text) noexcept {
  const unsigned lead = octet(text.front());
  const Character invalid{lead, 1, false};
  const std::size_t size = sequence_size(lead);
  if (size == 0 || size > text.size()) return invalid;
  if (size == 1) return {lead, 1, true};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(text[i]) & 0xC0U) != 0x80U) return invalid;
    code = (code << 6U) | (octet(text[i]) & 0x3FU);
  }
  if (is_bad_code(code, size)) return invalid;
  return {code, size, true};
}

constexpr bool is_control(char32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/// Marks that turn the direction of writing, and Unicode's own line ends.
constexpr bool disturbs_a_line(char32_t code) noexcept {
  return is_control(code) || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/// Octets at the beginning of `text` that stand for themselves wherever they are written: nearly
/// always all of them.
std::size_t plain_size(std::string_view text) noexcept {
  const auto is_special = [](char c) { return c < 0x20 || c > 0x7E || c == '"' || c == '\\'; };
  const auto special = std::find_if(text.begin(), text.end(), is_special);
  return static_cast<std::size_t>(special - text.begin());
}

void append_octets(std::string_view octets, std::string& out) {
  for (const char c : octets) fmt::format_to(std::back_inserter(out), "\\x{:02X}", octet(c));
}

void append_json_character(const Character& character, std::string_view octets, std::string& out) {
  if (character.code == '"' || character.code == '\\') {
    out += '\\';
    out += octets;
  } else if (!character.valid || is_control(character.code)) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(character.code));
  } else {
    out += octets;
  }
}

}  // namespace

void append_json(std::string_view text, std::string& out) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_size(text);
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Character character = character_at(text);
    append_json_character(character, text.substr(0, character.size), out);
    text.remove_prefix(character.size);
  }
  out += '"';
}

void append_escaped(std::string_view text, std::string& out) {
  for (;;) {
    const std::size_t plain = plain_size(text);
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Character character = character_at(text);
    const std::string_view octets = text.substr(0, character.size);
    if (!character.valid || disturbs_a_line(character.code)) {
      append_octets(octets, out);
    } else if (character.code == '\\') {
      out += "\\\\";
    } else {
      out += octets;
    }
    text.remove_prefix(character.size);
  }
}

std::string escaped_line(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_of("\t\\"), text.size());
    append_escaped(text.substr(0, plain), out);
    if (plain < text.size()) out += text[plain];
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  return out;
}

}  // namespace quoth::app
