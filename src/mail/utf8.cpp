#include "mail/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace quoth::mail {
namespace {

constexpr bool is_between(char c, unsigned low, unsigned high) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= low && octet <= high;
}

/// What the lead octet allows for the second one, and how many there are (RFC 3629 §4).
struct Form {
  std::size_t size;
  unsigned low;
  unsigned high;
};

constexpr Form form_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};  // below: overlong
  if (lead == 0xED) return {3, 0x80, 0x9F};  // above: surrogates
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};  // below: overlong
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};  // above: over U+10FFFF
  return {0, 0, 0};
}

}  // namespace

std::size_t high_character_at(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const Form form = form_of(static_cast<unsigned char>(text[0]));
  if (form.size == 0 || text.size() < form.size) return 0;
  if (!is_between(text[1], form.low, form.high)) return 0;
  for (std::size_t i = 2; i < form.size; ++i) {
    if (!is_between(text[i], 0x80, 0xBF)) return 0;
  }
  return form.size;
}

std::size_t visible_high_character_at(std::string_view text) noexcept {
  const std::size_t size = high_character_at(text);
  const bool is_control = size == 2 && text[0] == '\xC2' && is_between(text[1], 0x80, 0x9F);
  return is_control ? 0 : size;
}

bool is_ascii(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    if ((word & high_bits) != 0) return false;
  }
  word = 0;
  std::memcpy(&word, text.data(), text.size());
  return (word & high_bits) == 0;
}

void append_utf8(std::string& out, char32_t character) {
  const auto octet = [](char32_t bits) {
    return static_cast<char>(static_cast<unsigned char>(bits));
  };
  const auto tail = [&](unsigned shift) {
    out.push_back(octet(0x80U | ((character >> shift) & 0x3FU)));
  };
  if (character < 0x80) {
    out.push_back(octet(character));
  } else if (character < 0x800) {
    out.push_back(octet(0xC0U | (character >> 6U)));
    tail(0);
  } else if (character < 0x10000) {
    out.push_back(octet(0xE0U | (character >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(octet(0xF0U | (character >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace quoth::mail
