#include "net/peer_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <quoth/result.hpp>

namespace quoth::net {
namespace {

constexpr std::size_t network_octets_of_v6 = 8;
constexpr std::size_t network_octets_of_v4 = 15;  // of the mapped address

AddressKey mapped(const in_addr& address) noexcept {
  AddressKey key{};
  key[10] = key[11] = 0xff;  // RFC 4291 §2.5.5.2
  std::memcpy(key.data() + 12, &address, sizeof address);
  return key;
}

bool is_mapped(const AddressKey& key) noexcept {
  const AddressKey prefix = mapped({});
  return std::equal(prefix.begin(), prefix.begin() + 12, key.begin());
}

}  // namespace

std::optional<PeerKeys> peer_keys(
    const boost::asio::generic::stream_protocol::endpoint& endpoint) noexcept {
  PeerKeys keys;
  if (endpoint.protocol().family() == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, endpoint.data(), std::min(sizeof v4, endpoint.size()));
    keys.address = mapped(v4.sin_addr);
  } else if (endpoint.protocol().family() == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, endpoint.data(), std::min(sizeof v6, endpoint.size()));
    std::memcpy(keys.address.data(), &v6.sin6_addr, keys.address.size());
  } else {
    return std::nullopt;
  }
  const std::size_t octets = is_mapped(keys.address) ? network_octets_of_v4 : network_octets_of_v6;
  std::copy_n(keys.address.begin(), octets, keys.network.begin());
  return keys;
}

std::optional<PeerKeys> peer_keys(std::string_view address) {
  error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error) return std::nullopt;
  return peer_keys(
      boost::asio::generic::stream_protocol::endpoint{boost::asio::ip::tcp::endpoint{parsed, 0}});
}

}  // namespace quoth::net
