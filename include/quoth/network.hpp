#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quoth {

/// A network of IP addresses, one address, or all of Unix sockets: where clients come from. A
/// value.
class Network {
 public:
  /// Reads "10.0.0.0/8", "192.0.2.7", "2001:db8::/32" or "unix". What is no part of the network has
  /// to be zero, since a typing mistake would mean another one. An IPv4-mapped IPv6 address is the
  /// IPv4 one.
  /// @throws std::invalid_argument saying what is wrong with it.
  [[nodiscard]] static Network parse(std::string_view text);

  /// Whether `address`, as Client::address has it, is in the network; empty is a Unix socket. What
  /// is no address is in none.
  [[nodiscard]] bool contains(std::string_view address) const noexcept;

  [[nodiscard]] bool is_unix() const noexcept { return is_unix_; }
  [[nodiscard]] bool is_v4() const noexcept;

  /// The number behind the "/": how many leading bits all its addresses share, of 32 for IPv4 and
  /// of 128 for IPv6. An address alone has all of them; Unix sockets have none.
  [[nodiscard]] std::size_t prefix_length() const noexcept;

 private:
  /// IPv6, or IPv4 as the mapped IPv6 address (RFC 4291 §2.5.5.2).
  using Octets = std::array<std::uint8_t, 16>;

  Network() = default;

  Octets base_{};
  std::size_t bits_ = 0;  // of the mapped address
  bool is_unix_ = false;
};

}  // namespace quoth
