#include "bench/schedule.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

using namespace std::chrono_literals;

constexpr Clock::time_point start{1000s};

TEST(Schedule, MessagesAreDueOneAfterTheOther) {
  Schedule schedule{start, 10, 1, 0, std::nullopt, std::nullopt};
  EXPECT_EQ(schedule.next_due(start), start);
  EXPECT_EQ(schedule.take(start), start);
  EXPECT_FALSE(schedule.take(start));
  EXPECT_FALSE(schedule.take(start + 99ms));
  EXPECT_EQ(schedule.next_due(start), start + 100ms);
  EXPECT_EQ(schedule.take(start + 100ms), start + 100ms);
}

/// Coordinated omission: what was due while the server stalled is not forgotten.
TEST(Schedule, AStallLosesNone) {
  Schedule schedule{start, 1000, 1, 0, std::nullopt, std::nullopt};
  const Clock::time_point late = start + 5s;
  EXPECT_EQ(schedule.behind(late), 5001U);
  for (std::uint64_t k = 0; k <= 5000; ++k) {
    ASSERT_EQ(schedule.take(late), start + k * 1ms);
  }
  EXPECT_FALSE(schedule.take(late));
  EXPECT_EQ(schedule.behind(late), 0U);
}

TEST(Schedule, ThreadsShareIt) {
  std::set<Clock::time_point> all;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    Schedule schedule{start, 100, 3, thread, 10, std::nullopt};
    while (const auto due = schedule.take(start + 1h)) EXPECT_TRUE(all.insert(*due).second);
    EXPECT_FALSE(schedule.next_due(start));
  }
  EXPECT_EQ(all.size(), 10U);
  EXPECT_EQ(*all.begin(), start);
  EXPECT_EQ(*all.rbegin(), start + 90ms);
}

TEST(Schedule, EndsWithTheLastMessage) {
  Schedule schedule{start, 1000, 1, 0, 2, std::nullopt};
  EXPECT_TRUE(schedule.take(start + 1s));
  EXPECT_TRUE(schedule.take(start + 1s));
  EXPECT_FALSE(schedule.take(start + 1s));
  EXPECT_FALSE(schedule.next_due(start + 1s));
  EXPECT_EQ(schedule.behind(start + 1h), 0U);
}

TEST(Schedule, EndsInTime) {
  Schedule schedule{start, 10, 1, 0, std::nullopt, start + 1s};
  int count = 0;
  while (schedule.take(start + 1s)) ++count;
  EXPECT_EQ(count, 10);
  EXPECT_FALSE(schedule.next_due(start + 1s));
}

TEST(Schedule, WhatIsLeftAtTheEndIsCounted) {
  Schedule schedule{start, 10, 1, 0, std::nullopt, start + 1s};
  EXPECT_TRUE(schedule.take(start + 1s));
  const Clock::time_point late = start + 1s + Schedule::grace;
  EXPECT_FALSE(schedule.take(late));
  EXPECT_FALSE(schedule.next_due(late));
  EXPECT_EQ(schedule.behind(late), 9U);
}

}  // namespace
}  // namespace quoth::bench
