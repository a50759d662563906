#include "net/crc32c.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quoth::net {
namespace {

constexpr std::uint32_t reflected_polynomial = 0x82f63b78;

consteval std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t octet = 0; octet < table.size(); ++octet) {
    std::uint32_t value = octet;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1U) ^ ((value & 1U) != 0 ? reflected_polynomial : 0);
    }
    table[octet] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> table = make_table();

}  // namespace

void Crc32c::add(std::string_view octets) noexcept {
  for (const char octet : octets) {
    const std::size_t index = (register_ ^ static_cast<unsigned char>(octet)) & 0xffU;
    register_ = (register_ >> 8U) ^ table[index];
  }
}

}  // namespace quoth::net
