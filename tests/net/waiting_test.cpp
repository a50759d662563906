// Deadline, Notice, Gate and offload: all that waits besides the socket.

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/notice.hpp"
#include "net/offload.hpp"
#include "support/waiting.hpp"

namespace quoth::net {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

class DeadlineTest : public testing::Test {
 protected:
  boost::asio::io_context io_{1};
  int expiries_ = 0;
  std::optional<Deadline> deadline_{std::in_place, io_.get_executor(), [this] { ++expiries_; }};
};

TEST_F(DeadlineTest, ExpiresOnce) {
  const SteadyClock::time_point begin = SteadyClock::now();
  deadline_->set(20ms);
  EXPECT_FALSE(deadline_->has_expired());
  io_.run();
  EXPECT_GE(SteadyClock::now() - begin, 20ms);
  EXPECT_EQ(expiries_, 1);
  EXPECT_TRUE(deadline_->has_expired());
}

TEST_F(DeadlineTest, NeverSetItNeverExpires) {
  io_.run();
  EXPECT_EQ(expiries_, 0);
}

TEST_F(DeadlineTest, MovesLater) {
  const SteadyClock::time_point begin = SteadyClock::now();
  deadline_->set(5ms);
  deadline_->set(40ms);
  io_.run();
  EXPECT_GE(SteadyClock::now() - begin, 40ms);
  EXPECT_EQ(expiries_, 1);
}

TEST_F(DeadlineTest, MovesEarlier) {
  const SteadyClock::time_point begin = SteadyClock::now();
  deadline_->set(1h);
  deadline_->set(5ms);
  io_.run();
  EXPECT_LT(SteadyClock::now() - begin, 20s);
  EXPECT_EQ(expiries_, 1);
}

TEST_F(DeadlineTest, IsHastenedAndNeverPutOff) {
  const SteadyClock::time_point begin = SteadyClock::now();
  deadline_->set(1h);
  deadline_->hasten(SteadyClock::now() + 20ms);
  deadline_->hasten(SteadyClock::now() + 1h);
  io_.run();
  EXPECT_GE(SteadyClock::now() - begin, 20ms);
  EXPECT_EQ(expiries_, 1);
  deadline_->hasten(SteadyClock::now() + 1ms);
  EXPECT_TRUE(deadline_->has_expired()) << "and stays so";
}

TEST_F(DeadlineTest, ThatIsClearIsNotHastened) {
  deadline_->set(1h);
  deadline_->clear();
  deadline_->hasten(SteadyClock::now() + 1ms);
  io_.restart();
  io_.run_for(20ms);
  EXPECT_EQ(expiries_, 0);
}

TEST_F(DeadlineTest, IsCleared) {
  deadline_->set(5ms);
  deadline_->clear();
  io_.run();
  EXPECT_EQ(expiries_, 0);
  EXPECT_FALSE(deadline_->has_expired());
}

TEST_F(DeadlineTest, IsSetAgainAfterItExpiredAndAfterItWasCleared) {
  deadline_->set(1ms);
  io_.run();
  io_.restart();
  deadline_->set(1ms);
  EXPECT_FALSE(deadline_->has_expired());
  deadline_->clear();
  deadline_->set(2ms);
  io_.run();
  EXPECT_EQ(expiries_, 2);
}

TEST_F(DeadlineTest, OneThatIsGoneExpiresNoMore) {
  deadline_->set(1ms);
  deadline_.reset();
  io_.run();
  EXPECT_EQ(expiries_, 0);
}

class NoticeTest : public testing::Test {
 protected:
  boost::asio::io_context io_{1};
  Notice notice_{io_.get_executor()};
};

TEST_F(NoticeTest, EndsTheWaitThatRuns) {
  boost::asio::post(io_, [this] { notice_.give(); });
  EXPECT_TRUE(support::run(io_, notice_.wait(1h)));
}

TEST_F(NoticeTest, EndsTheNextWaitAndNoOther) {
  notice_.give();
  notice_.give();
  EXPECT_TRUE(support::run(io_, notice_.wait(1h)));
  EXPECT_FALSE(support::run(io_, notice_.wait(1ms)));
}

TEST_F(NoticeTest, IsNotWaitedForLongerThanAllowed) {
  EXPECT_FALSE(support::run(io_, notice_.wait(2ms)));
}

Awaitable<void> wait_and_count(int& ended) {
  co_await support::pause(2ms);
  ++ended;
}

Awaitable<void> spawn_another(Gate& gate, int& ended) {
  co_await support::pause(1ms);
  gate.spawn(wait_and_count(ended));
}

TEST(Gate, WaitsForAllThatWasSpawned) {
  boost::asio::io_context io{1};
  Gate gate{io.get_executor()};
  int ended = 0;
  for (int i = 0; i < 3; ++i) gate.spawn(wait_and_count(ended));
  EXPECT_EQ(gate.count(), 3U);
  support::run(io, gate.wait_until_empty());
  EXPECT_EQ(ended, 3);
  EXPECT_EQ(gate.count(), 0U);
}

TEST(Gate, WaitsForWhatIsSpawnedMeanwhile) {
  boost::asio::io_context io{1};
  Gate gate{io.get_executor()};
  int ended = 0;
  gate.spawn(spawn_another(gate, ended));
  support::run(io, gate.wait_until_empty());
  EXPECT_EQ(ended, 1);
}

TEST(Gate, EmptyIsWaitedForInNoTime) {
  boost::asio::io_context io{1};
  Gate gate{io.get_executor()};
  support::run(io, gate.wait_until_empty());
  EXPECT_EQ(gate.count(), 0U);
}

class OffloadTest : public testing::Test {
 protected:
  ~OffloadTest() override { pool_.join(); }
  boost::asio::io_context io_{1};
  BlockingPool pool_{1};
};

TEST_F(OffloadTest, ReturnsWhatTheWorkReturns) {
  auto work = [] { return std::string{"done"}; };
  EXPECT_EQ(support::run(io_, offload(pool_, std::move(work))), "done");
}

TEST_F(OffloadTest, RunsElsewhereAndComesBack) {
  auto work = [] { return std::this_thread::get_id(); };
  EXPECT_NE(support::run(io_, offload(pool_, std::move(work))), std::this_thread::get_id());
}

TEST_F(OffloadTest, WhatTheWorkThrowsComesOut) {
  auto work = []() -> int { throw std::runtime_error("disk"); };
  EXPECT_THROW(support::run(io_, offload(pool_, std::move(work))), std::runtime_error);
}

TEST_F(OffloadTest, KeepsTheLoopAlive) {
  auto work = [] {
    std::this_thread::sleep_for(20ms);  // as a slow disk would
    return 7;
  };
  EXPECT_EQ(support::run(io_, offload(pool_, std::move(work))), 7);
}

}  // namespace
}  // namespace quoth::net
