#include "server/connection_table.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using testing::Optional;

constexpr ConnectionTable::Time start{1h};

/// The address `host` of the network `network`.
net::PeerKeys peer(std::uint8_t network, std::uint8_t host) {
  net::PeerKeys keys;
  keys.network = {network};
  keys.address = {network, host};
  return keys;
}

TEST(ConnectionTable, InTotal) {
  ConnectionTable table{{.total = 2, .per_ip = 9}};
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  EXPECT_FALSE(table.enter(std::nullopt, start));
  EXPECT_THAT(table.enter(peer(2, 1), start), Optional(Defence::total_connections));
  EXPECT_THAT(table.enter(std::nullopt, start), Optional(Defence::total_connections));
  table.leave(std::nullopt);
  EXPECT_FALSE(table.enter(peer(2, 1), start));
  EXPECT_EQ(table.count(), 2U);
}

TEST(ConnectionTable, OfOneAddress) {
  ConnectionTable table{{.per_ip = 2}};
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  EXPECT_THAT(table.enter(peer(1, 1), start), Optional(Defence::ip_connections));
  EXPECT_FALSE(table.enter(peer(1, 2), start));
  table.leave(peer(1, 1));
  EXPECT_FALSE(table.enter(peer(1, 1), start));
}

TEST(ConnectionTable, OfOneNetwork) {
  ConnectionTable table{{.per_network = 2}};
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  EXPECT_FALSE(table.enter(peer(1, 2), start));
  EXPECT_THAT(table.enter(peer(1, 3), start), Optional(Defence::network_connections));
  EXPECT_FALSE(table.enter(peer(2, 3), start));
  EXPECT_FALSE(table.enter(std::nullopt, start)) << "a Unix socket";
  table.leave(peer(1, 1));
  EXPECT_FALSE(table.enter(peer(1, 3), start));
  EXPECT_EQ(table.count(), 4U);
}

TEST(ConnectionTable, RateOfOneAddress) {
  ConnectionTable table{{.ip_rate = 2}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(table.enter(peer(1, 1), start));
    table.leave(peer(1, 1));
  }
  EXPECT_THAT(table.enter(peer(1, 1), start + 29s), Optional(Defence::ip_rate));
  EXPECT_FALSE(table.enter(peer(1, 2), start + 29s));
  EXPECT_FALSE(table.enter(peer(1, 1), start + 30s));
}

TEST(ConnectionTable, RateOfOneNetwork) {
  ConnectionTable table{{.network_rate = 2}};
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  EXPECT_FALSE(table.enter(peer(1, 2), start));
  EXPECT_THAT(table.enter(peer(1, 3), start + 29s), Optional(Defence::network_rate));
  EXPECT_FALSE(table.enter(peer(2, 3), start + 29s));
  EXPECT_FALSE(table.enter(peer(1, 3), start + 30s));
}

TEST(ConnectionTable, WhoIsRefusedUsesUpNoRate) {
  ConnectionTable table{{.ip_rate = 1, .network_rate = 2}};
  EXPECT_FALSE(table.enter(peer(1, 1), start));
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(table.enter(peer(1, 1), start), Optional(Defence::ip_rate));
  }
  EXPECT_FALSE(table.enter(peer(1, 2), start)) << "the network's second";
  EXPECT_FALSE(table.enter(peer(1, 1), start + 1min));
}

}  // namespace
}  // namespace quoth::server
