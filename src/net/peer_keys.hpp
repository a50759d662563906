#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/asio/generic/stream_protocol.hpp>

namespace quoth::net {

/// An IP address, or the network it is in, as a key of a table: the sixteen octets of IPv6, where
/// an IPv4 address stands IPv4-mapped.
using AddressKey = std::array<std::uint8_t, 16>;

/// Whom a client is counted with.
struct PeerKeys {
  AddressKey address{};
  /// The /64 of an IPv6 address, which is what one customer gets; the /24 of an IPv4 one.
  AddressKey network{};
};

/// None for a Unix socket. An IPv4-mapped address is the IPv4 one; a scope id makes no difference.
[[nodiscard]] std::optional<PeerKeys> peer_keys(
    const boost::asio::generic::stream_protocol::endpoint& endpoint) noexcept;

/// The same of an address in text, "192.0.2.7" or "2001:db8::1"; none if it is none.
[[nodiscard]] std::optional<PeerKeys> peer_keys(std::string_view address);

}  // namespace quoth::net
