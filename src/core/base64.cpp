#include "core/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quoth {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() noexcept {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values.at(static_cast<unsigned char>(alphabet[i])) = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto values = make_values();

/// The bits of up to four digits, from the top of 24 down; none if one is no digit.
std::optional<std::uint32_t> bits_of(std::string_view digits) noexcept {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint8_t value = values.at(static_cast<unsigned char>(digits[i]));
    // No character outside of the alphabet, a line end neither (RFC 4648 §3.3).
    if (value == no_digit) return std::nullopt;
    bits |= static_cast<std::uint32_t>(value) << (18 - 6 * i);
  }
  return bits;
}

constexpr char octet_of(std::uint32_t bits, std::size_t at) noexcept {
  return static_cast<char>(static_cast<unsigned char>((bits >> (16 - 8 * at)) & 0xFFU));
}

}  // namespace

std::string encode_base64(std::string_view octets) {
  std::string text;
  text.reserve((octets.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::string_view group = octets.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = (bits << 8U) | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
    }
    for (std::size_t k = 0; k <= group.size(); ++k) {
      text.push_back(alphabet[(bits >> (18 - 6 * k)) & 0x3FU]);
    }
    text.append(3 - group.size(), '=');
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;  // padding is required (RFC 4648 §3.2)
  std::string octets;
  octets.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    if (i + 4 == text.size()) {
      // Two digits are needed for one octet: up to two "=" pad.
      for (int pads = 0; pads < 2 && group.ends_with('='); ++pads) group.remove_suffix(1);
    }
    const std::optional<std::uint32_t> bits = bits_of(group);
    const std::size_t count = group.size() - 1;
    // One text for each string of octets: what is behind the last is zero (RFC 4648 §3.5).
    if (!bits || (*bits & (0xFFFFFFU >> (8 * count))) != 0) return std::nullopt;
    for (std::size_t k = 0; k < count; ++k) octets.push_back(octet_of(*bits, k));
  }
  return octets;
}

}  // namespace quoth
