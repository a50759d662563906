#pragma once

#include <string>
#include <string_view>

/// Headers of the PROXY protocol, written for this battery alone.
namespace quoth::conform {

/// Version 1 about a connected socket itself: "PROXY TCP4 ...", and UNKNOWN of a Unix socket.
[[nodiscard]] std::string proxy_v1(int fd);

/// A header of version 2. `command` is its 13th octet (0x21: PROXY, 0x20: LOCAL), `family` its
/// 14th; the length is that of `rest`.
[[nodiscard]] std::string proxy_v2(char command, char family, std::string_view rest);

/// The addresses of TCP over IPv4 for version 2: 192.0.2.7:4711 to 192.0.2.1:25.
[[nodiscard]] std::string proxy_v2_addresses();

/// A whole header of TCP over IPv4, with its CRC32c (type 0x03) behind `rest`; spoilt, it is wrong.
[[nodiscard]] std::string proxy_v2_with_crc(std::string_view rest, bool is_spoilt);

}  // namespace quoth::conform
