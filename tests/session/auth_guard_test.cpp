#include "session/auth_guard.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace quoth::session {
namespace {

using namespace std::chrono_literals;

constexpr AuthGuard::Time start{1h};

net::AddressKey network(std::uint32_t number) {
  net::AddressKey key{0x20, 0x01};
  for (std::size_t i = 0; i < 4; ++i) {
    key[2 + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
  }
  return key;
}

AuthOptions options_with(std::size_t failures) {
  AuthOptions options;
  options.failures = failures;
  return options;
}

void fail_often(AuthGuard& guard, const net::AddressKey& who, int times, AuthGuard::Time now) {
  for (int i = 0; i < times; ++i) (void)guard.failed(who, "ann", now);
}

TEST(AuthGuard, ANetworkIsBlockedAtItsLimitAndNotOneEarlier) {
  AuthGuard guard{options_with(30)};
  EXPECT_FALSE(guard.is_blocked(network(1), start));
  fail_often(guard, network(1), 29, start);
  EXPECT_FALSE(guard.is_blocked(network(1), start));
  fail_often(guard, network(1), 1, start);
  EXPECT_TRUE(guard.is_blocked(network(1), start));
  EXPECT_FALSE(guard.is_blocked(network(2), start));
}

TEST(AuthGuard, ItIsLetInAgainWhenTheWindowHasPassed) {
  AuthGuard guard{options_with(30)};  // within ten minutes
  fail_often(guard, network(1), 30, start);
  EXPECT_TRUE(guard.is_blocked(network(1), start + 10min - 1ms));
  EXPECT_FALSE(guard.is_blocked(network(1), start + 10min + 75s)) << "an eighth later at most";
}

TEST(AuthGuard, SlowFailuresNeverAddUp) {
  AuthGuard guard{options_with(30)};
  AuthGuard::Time now = start;
  for (int i = 0; i < 1000; ++i, now += 24s) {  // 25 in ten minutes, 28 in an eighth more
    fail_often(guard, network(1), 1, now);
    ASSERT_FALSE(guard.is_blocked(network(1), now)) << i;
  }
}

TEST(AuthGuard, FailuresLeaveTheWindowOneByOne) {
  AuthGuard guard{options_with(30)};
  fail_often(guard, network(1), 15, start);
  fail_often(guard, network(1), 15, start + 5min);
  EXPECT_TRUE(guard.is_blocked(network(1), start + 9min));
  EXPECT_FALSE(guard.is_blocked(network(1), start + 12min));
  fail_often(guard, network(1), 15, start + 12min);
  EXPECT_TRUE(guard.is_blocked(network(1), start + 12min));
  EXPECT_FALSE(guard.is_blocked(network(1), start + 24h));
  fail_often(guard, network(1), 1, start + 24h);
  EXPECT_FALSE(guard.is_blocked(network(1), start + 24h));
}

TEST(AuthGuard, TheDelayDoublesUpToTheLongest) {
  AuthGuard guard{AuthOptions{}};
  EXPECT_EQ(guard.failed(network(1), "ann", start), 250ms);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 500ms);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 1s);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 2s);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 3s);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 3s);
}

TEST(AuthGuard, DelaysAreOfAUserInANetwork) {
  AuthGuard guard{AuthOptions{}};
  fail_often(guard, network(1), 10, start);
  EXPECT_EQ(guard.failed(network(2), "ann", start), 250ms) << "nobody locks another one out";
  EXPECT_EQ(guard.failed(network(1), "bob", start), 250ms);
  EXPECT_EQ(guard.failed(network(1), "", start), 250ms);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 3s);
}

TEST(AuthGuard, AUsersDelayIsForgottenAfterTheWindow) {
  AuthGuard guard{AuthOptions{}};
  fail_often(guard, network(1), 10, start);
  EXPECT_EQ(guard.failed(network(1), "ann", start + 10min), 3s);
  EXPECT_EQ(guard.failed(network(1), "ann", start + 20min + 1s), 250ms);
}

TEST(AuthGuard, SuccessForgetsTheUserButNotTheNetwork) {
  AuthGuard guard{options_with(3)};
  fail_often(guard, network(1), 3, start);
  guard.succeeded(network(1), "ann", start);
  EXPECT_TRUE(guard.is_blocked(network(1), start));
  EXPECT_EQ(guard.failed(network(1), "ann", start), 250ms);
  guard.succeeded(network(9), "nobody", start);
}

TEST(AuthGuard, AUnixSocketIsDelayedButNeverBlocked) {
  AuthGuard guard{options_with(1)};
  EXPECT_EQ(guard.failed(std::nullopt, "ann", start), 250ms);
  EXPECT_EQ(guard.failed(std::nullopt, "ann", start), 500ms);
  EXPECT_FALSE(guard.is_blocked(std::nullopt, start));
}

TEST(AuthGuard, WithoutALimitNobodyIsBlocked) {
  AuthOptions options;
  options.failures.reset();
  AuthGuard guard{options};
  fail_often(guard, network(1), 1000, start);
  EXPECT_FALSE(guard.is_blocked(network(1), start));
}

TEST(AuthGuard, OddOptionsDoNoHarm) {
  AuthOptions options;
  options.failure_window = 0s;
  options.first_delay = 0ms;
  AuthGuard guard{options};
  fail_often(guard, network(1), 100, start);
  EXPECT_EQ(guard.failed(network(1), "ann", start), 0ms);
  options.first_delay = 10s;
  EXPECT_EQ(AuthGuard{options}.failed(network(1), "ann", start), 3s);
}

TEST(AuthGuard, TenThousandFailuresOfOneNetworkBlockThatOneAlone) {
  AuthGuard guard{AuthOptions{}};
  for (int i = 0; i < 10000; ++i) {
    (void)guard.failed(network(1), "user" + std::to_string(i), start + 1ms * i);
  }
  EXPECT_TRUE(guard.is_blocked(network(1), start + 10s));
  EXPECT_FALSE(guard.is_blocked(network(2), start + 10s));
  EXPECT_EQ(guard.failed(network(2), "ann", start + 10s), 250ms);
}

TEST(AuthGuard, TenThousandNetworksBlockNobodyElse) {
  AuthGuard guard{AuthOptions{}};
  for (std::uint32_t i = 1; i <= 10000; ++i) {
    EXPECT_EQ(guard.failed(network(i), "ann", start), 250ms);
  }
  for (std::uint32_t i = 1; i <= 20000; ++i) {
    ASSERT_FALSE(guard.is_blocked(network(i), start)) << i;
  }
}

TEST(AuthGuard, AFloodForgetsThoseWhoFailedLeast) {
  AuthGuard guard{AuthOptions{}};
  fail_often(guard, network(0), 40, start);
  for (std::uint32_t i = 1; i <= 200000; ++i) {  // more than there is room for
    (void)guard.failed(network(i), "ann", start + 1s);
  }
  EXPECT_TRUE(guard.is_blocked(network(0), start + 2s));
  EXPECT_EQ(guard.failed(network(0), "ann", start + 2s), 3s);
}

TEST(AuthGuard, ALoginThatCouldNotBeLookedAtWaitsAndCountsForNothing) {
  AuthGuard guard{options_with(3)};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guard.delay(network(1), "ann", start), 250ms);
  EXPECT_FALSE(guard.is_blocked(network(1), start));
  fail_often(guard, network(1), 2, start);
  EXPECT_EQ(guard.delay(network(1), "ann", start), 500ms);
  EXPECT_EQ(guard.delay(network(1), "bob", start), 250ms);
  EXPECT_EQ(guard.delay(network(1), "ann", start + 11min), 250ms);
}

TEST(AuthGuard, AFloodOfOneNetworkIsToldEverMoreSeldom) {
  AuthGuard guard{AuthOptions{}};
  std::vector<std::uint64_t> told;
  for (int i = 0; i < 25000; ++i) {
    if (const auto times = guard.hear(network(1), "ann", start)) told.push_back(*times);
  }
  EXPECT_EQ(told.size(), 8U + 11U) << "1 to 8, 16, 32 … 16384";
  EXPECT_EQ(told.back(), 16384U);
  EXPECT_EQ(guard.hear(network(2), "ann", start), 1U);
  EXPECT_EQ(guard.hear(network(1), "ann", start + 11min), 1U) << "it begins anew";
  EXPECT_EQ(guard.hear(std::nullopt, "ann", start), 1U);
  EXPECT_EQ(guard.hear(std::nullopt, "bob", start), 1U) << "who share a Unix socket";
}

TEST(AuthGuard, ManyThreads) {
  AuthGuard guard{options_with(4000)};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&guard] {
      for (int i = 0; i < 1000; ++i) {
        (void)guard.is_blocked(network(1), start);
        (void)guard.failed(network(1), "ann", start);
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(guard.is_blocked(network(1), start));
}

}  // namespace
}  // namespace quoth::session
