#include "net/network.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/socket.h>
#include <boost/asio/ip/tcp.hpp>

#include "core/ascii.hpp"
#include "net/address.hpp"

namespace quoth::net {

namespace asio = boost::asio;

using Endpoint = asio::generic::stream_protocol::endpoint;

namespace {

constexpr std::size_t all_bits = 128;
constexpr std::size_t bits_before_v4 = 96;  // of an IPv4-mapped address (RFC 4291 §2.5.5.2)

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw std::invalid_argument("\"" + std::string{text} + "\" is no network: " + std::string{why});
}

/// `address` with all bits zero from `bits` on.
AddressKey masked(AddressKey address, std::size_t bits) noexcept {
  for (std::size_t i = 0; i < address.size(); ++i) {
    const std::size_t kept = std::clamp<std::size_t>(bits, 8 * i, 8 * i + 8) - 8 * i;
    address[i] = static_cast<std::uint8_t>(address[i] & (0xff00U >> kept));
  }
  return address;
}

bool is_v4(const AddressKey& address) noexcept {
  const auto before = address.begin() + 10;
  return std::all_of(address.begin(), before, [](std::uint8_t octet) { return octet == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

std::string words(const AddressKey& address) {
  asio::ip::address_v6::bytes_type octets{};
  std::ranges::copy(address, octets.begin());
  return host_port(asio::ip::tcp::endpoint{asio::ip::make_address_v6(octets), 0}).host;
}

/// An IPv4 network where the address is one and no IPv6 network is wider than all of IPv4.
std::string words(const AddressKey& address, std::size_t bits) {
  if (bits == all_bits) return words(address);
  const bool as_v4 = is_v4(address) && bits >= bits_before_v4;
  return words(address) + '/' + std::to_string(as_v4 ? bits - bits_before_v4 : bits);
}

std::optional<std::size_t> parse_bits(std::string_view text) noexcept {
  std::size_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  const bool has_zeros = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || stop != end || has_zeros) return std::nullopt;
  return bits;
}

}  // namespace

Network Network::parse(std::string_view text) {
  Network network;
  if (text == "unix") {
    network.is_unix_ = true;
    return network;
  }
  const std::size_t slash = text.find('/');
  const std::string host{text.substr(0, slash)};
  error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  // A scope means something on one machine alone.
  if (error || host.find_first_of(std::string_view{"%\0", 2}) != std::string::npos) {
    fail(text, R"(expected one such as "10.0.0.0/8", "192.0.2.7", "2001:db8::/32" or "unix")");
  }
  network.base_ = peer_keys(asio::ip::tcp::endpoint{address, 0})->address;
  network.bits_ = all_bits;
  if (slash == std::string_view::npos) return network;
  const std::size_t most = address.is_v4() ? all_bits - bits_before_v4 : all_bits;
  const std::optional<std::size_t> bits = parse_bits(text.substr(slash + 1));
  if (!bits || *bits > most) {
    fail(text, "a number from 0 to " + std::to_string(most) + " goes behind the \"/\"");
  }
  network.bits_ = address.is_v4() ? *bits + bits_before_v4 : *bits;
  const AddressKey meant = masked(network.base_, network.bits_);
  if (meant != network.base_) {
    fail(text, "there are bits behind the network's; perhaps \"" + words(meant, network.bits_) +
                   "\" is meant, or \"" + host + "\" alone");
  }
  return network;
}

bool Network::contains(const AddressKey& address) const noexcept {
  if (is_unix_) return false;
  // "::/0" is all of IPv6, not of IPv4 as well, which lies in its mapped addresses.
  if (bits_ < bits_before_v4 && is_v4(address)) return false;
  return masked(address, bits_) == base_;
}

bool Network::contains(const Endpoint& endpoint) const noexcept {
  if (is_unix_) return endpoint.protocol().family() == AF_UNIX;
  const std::optional<PeerKeys> keys = peer_keys(endpoint);
  return keys && contains(keys->address);
}

std::string Network::to_string() const { return is_unix_ ? "unix" : words(base_, bits_); }

NetworkSet::NetworkSet(std::span<const std::string> texts) {
  for (const std::string& text : texts) networks_.push_back(Network::parse(text));
}

bool NetworkSet::contains(const AddressKey& address) const noexcept {
  return std::ranges::any_of(networks_, [&](const Network& n) { return n.contains(address); });
}

bool NetworkSet::contains(const Endpoint& endpoint) const noexcept {
  return std::ranges::any_of(networks_, [&](const Network& n) { return n.contains(endpoint); });
}

}  // namespace quoth::net
