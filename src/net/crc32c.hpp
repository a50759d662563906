#pragma once

#include <cstdint>
#include <string_view>

namespace quoth::net {

/// The checksum CRC-32C (RFC 9260 Appendix A) of octets that come in pieces.
class Crc32c {
 public:
  void add(std::string_view octets) noexcept;
  [[nodiscard]] std::uint32_t value() const noexcept { return ~register_; }

 private:
  std::uint32_t register_ = 0xffffffff;
};

}  // namespace quoth::net
