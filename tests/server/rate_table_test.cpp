#include "server/rate_table.hpp"

#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

namespace quoth::server {
namespace {

using namespace std::chrono_literals;

constexpr RateTable::Time start{1h};

net::AddressKey key(std::uint8_t number) { return {number}; }

/// As many as are let in at `now`.
int let_in(RateTable& table, const net::AddressKey& who, RateTable::Time now) {
  int count = 0;
  for (; count < 1000 && table.allows(who, now); ++count) table.count(who, now);
  return count;
}

TEST(RateTable, LetsTheWholeRateInAtOnceAndNotOneMore) {
  RateTable table{60};
  EXPECT_EQ(let_in(table, key(1), start), 60);
  EXPECT_FALSE(table.allows(key(1), start));
}

TEST(RateTable, EachTokenTakesItsPartOfTheMinute) {
  RateTable table{60};
  let_in(table, key(1), start);
  EXPECT_FALSE(table.allows(key(1), start + 999ms));
  EXPECT_TRUE(table.allows(key(1), start + 1s));
  EXPECT_EQ(let_in(table, key(1), start + 1s), 1);
  EXPECT_EQ(let_in(table, key(1), start + 11s), 10);
  EXPECT_EQ(let_in(table, key(1), start + 1h), 60) << "and no more than the bucket holds";
}

TEST(RateTable, OneAMinute) {
  RateTable table{1};
  EXPECT_EQ(let_in(table, key(1), start), 1);
  EXPECT_FALSE(table.allows(key(1), start + 59999ms));
  EXPECT_TRUE(table.allows(key(1), start + 1min));
}

TEST(RateTable, EachAddressHasItsOwn) {
  RateTable table{3};
  EXPECT_EQ(let_in(table, key(1), start), 3);
  EXPECT_EQ(let_in(table, key(2), start), 3);
  EXPECT_FALSE(table.allows(key(1), start));
}

TEST(RateTable, AFullTableForgetsWhoHasMostLeftAndLocksNobodyOut) {
  RateTable table{2, RateTable::set_size};  // one set
  EXPECT_EQ(let_in(table, key(1), start), 2);
  for (std::uint8_t other = 2; other < 200; ++other) {
    EXPECT_TRUE(table.allows(key(other), start));
    table.count(key(other), start);
  }
  EXPECT_FALSE(table.allows(key(1), start)) << "the one at the limit is kept";
  EXPECT_EQ(let_in(table, key(2), start), 2) << "who was forgotten begins anew";
}

}  // namespace
}  // namespace quoth::server
