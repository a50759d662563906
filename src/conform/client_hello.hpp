#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quoth::conform {

/// The first message of a TLS handshake, written by hand: what no library would send any more.
struct ClientHello {
  std::uint16_t version = 0x0303;        ///< TLS 1.2; 0x0300 is SSL 3.
  std::vector<std::uint16_t> ciphers{};  ///< Empty: those that a server of that age would take.
  std::optional<std::string> server_name{};

  /// Its octets, one record.
  [[nodiscard]] std::string octets() const;
};

}  // namespace quoth::conform
