#include "net/peer_keys.hpp"

#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

namespace quoth::net {
namespace {

PeerKeys keys_of(const std::string& address) {
  const boost::asio::ip::tcp::endpoint endpoint{boost::asio::ip::make_address(address), 25};
  const std::optional<PeerKeys> keys = peer_keys(endpoint);
  EXPECT_TRUE(keys) << address;
  return keys.value_or(PeerKeys{});
}

bool are_one_address(const std::string& a, const std::string& b) {
  return keys_of(a).address == keys_of(b).address;
}

bool are_one_network(const std::string& a, const std::string& b) {
  return keys_of(a).network == keys_of(b).network;
}

TEST(PeerKeys, OfIPv4AreTheAddressAndItsSlash24) {
  EXPECT_TRUE(are_one_address("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(are_one_address("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(are_one_network("192.0.2.0", "192.0.2.255"));
  EXPECT_FALSE(are_one_network("192.0.2.255", "192.0.3.0"));
}

TEST(PeerKeys, OfIPv6AreTheAddressAndItsSlash64) {
  EXPECT_FALSE(are_one_address("2001:db8::1", "2001:db8::2"));
  EXPECT_TRUE(are_one_network("2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"));
  EXPECT_FALSE(are_one_network("2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"));
}

TEST(PeerKeys, AnIPv4MappedAddressIsIPv4) {
  EXPECT_TRUE(are_one_address("::ffff:192.0.2.1", "192.0.2.1"));
  EXPECT_TRUE(are_one_network("::ffff:192.0.2.1", "192.0.2.9"));
  EXPECT_FALSE(are_one_network("::ffff:192.0.2.1", "::ffff:192.0.3.1"));
  EXPECT_FALSE(are_one_network("::1", "192.0.2.1")) << "the /64 that holds mapped addresses";
}

TEST(PeerKeys, ScopeIdsMakeNoDifference) {
  EXPECT_TRUE(are_one_address("fe80::1%1", "fe80::1%2"));
  EXPECT_TRUE(are_one_network("fe80::1%1", "fe80::2"));
}

TEST(PeerKeys, AUnixSocketHasNone) {
  EXPECT_FALSE(peer_keys(boost::asio::local::stream_protocol::endpoint{"/run/x"}));
}

}  // namespace
}  // namespace quoth::net
