#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>

#include "net/peer_keys.hpp"

namespace quoth::net {

/// A network, one address, or all of Unix sockets.
class Network {
 public:
  /// Reads "10.0.0.0/8", "192.0.2.7", "2001:db8::/32" or "unix". What is no part of the network has
  /// to be zero, since a typing mistake would mean another one. An IPv4-mapped address is the IPv4
  /// one.
  /// @throws std::invalid_argument saying what is wrong with it.
  [[nodiscard]] static Network parse(std::string_view text);

  [[nodiscard]] bool contains(const AddressKey& address) const noexcept;
  /// A scope id makes no difference.
  [[nodiscard]] bool contains(
      const boost::asio::generic::stream_protocol::endpoint& endpoint) const noexcept;

  [[nodiscard]] bool is_unix() const noexcept { return is_unix_; }
  /// As parse() reads it: "192.0.2.7" rather than "192.0.2.7/32".
  [[nodiscard]] std::string to_string() const;

 private:
  Network() = default;

  AddressKey base_{};
  std::size_t bits_ = 0;  // of the mapped address
  bool is_unix_ = false;
};

/// Networks together: who is trusted.
class NetworkSet {
 public:
  /// Nobody.
  NetworkSet() = default;
  /// @throws std::invalid_argument as Network::parse().
  explicit NetworkSet(std::span<const std::string> texts);

  [[nodiscard]] bool empty() const noexcept { return networks_.empty(); }
  [[nodiscard]] bool contains(const AddressKey& address) const noexcept;
  [[nodiscard]] bool contains(
      const boost::asio::generic::stream_protocol::endpoint& endpoint) const noexcept;

 private:
  std::vector<Network> networks_;
};

}  // namespace quoth::net
