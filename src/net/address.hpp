#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/generic/stream_protocol.hpp>

#include <quoth/result.hpp>

namespace quoth::net {

/// Where to listen: a TCP address with its port, a Unix socket's path, or a socket that was handed
/// in.
struct Address {
  boost::asio::generic::stream_protocol::endpoint endpoint;
  std::string path;  ///< Empty: TCP.
  /// IPv6's "any" address takes IPv4, too, unless this is set: where IPv4's is listed as well.
  bool is_v6_only = false;

  std::string inherited{};  ///< The name of a socket that was handed in; empty: none.

  [[nodiscard]] bool is_unix() const noexcept { return !path.empty(); }

  /// Reads "127.0.0.1:2525", "[::1]:2525", "unix:/path" or "fd:NAME".
  /// @throws std::invalid_argument saying what is wrong with it.
  [[nodiscard]] static Address parse(std::string_view text);
};

/// A peer or a bound address in words.
struct HostPort {
  std::string host;  ///< IPv4 in dots, also where it came as an IPv4-mapped IPv6 address.
  std::uint16_t port = 0;

  /// "127.0.0.1:25" or "[::1]:25".
  [[nodiscard]] std::string to_string() const;
};

/// Empty for a Unix socket.
[[nodiscard]] HostPort host_port(const boost::asio::generic::stream_protocol::endpoint& endpoint);

}  // namespace quoth::net
