#include "credentials/hashing.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recorder.hpp"
#include "support/waiting.hpp"

namespace quoth::credentials {
namespace {

using namespace std::chrono_literals;
using support::Recorder;

/// Holds up whoever passes, until it is opened.
class Door {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    opened_.wait(lock, [this] { return is_open_; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    is_open_ = true;
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

std::string_view name_of(Verdict verdict) {
  if (verdict == Verdict::overloaded) return "overloaded";
  return verdict == Verdict::right ? "right" : "wrong";
}

Awaitable<void> verify(Hashing* hashing, Recorder* seen, Hashing::Caller caller, Hashing::Work work,
                       std::string name) {
  const Verdict verdict = co_await hashing->verify(std::move(caller), std::move(work));
  seen->add(name + " " + std::string{name_of(verdict)});
}

/// One thread, which is held up at the door by the first that comes.
struct Queue : testing::Test {
  ~Queue() override { door.open(); }

  void start(Hashing::Options options = {}) {
    options.threads = 1;
    hashing.emplace(options);
    io_runner = std::jthread{[this] { io.run(); }};
    submit(Standing::known, "first", [this] {
      seen.add("first began");
      door.pass();
      return true;
    });
    ASSERT_TRUE(seen.wait_for("first began"));
  }
  /// Each is of a network of his own, and at a name of his own.
  void submit(Standing standing, const std::string& name, Hashing::Work work) {
    const std::string number = std::to_string(++submitted);
    submit(Hashing::Caller{standing, {number, number}}, name, std::move(work));
  }
  void submit(Hashing::Caller caller, const std::string& name, Hashing::Work work) {
    boost::asio::co_spawn(io, verify(&*hashing, &seen, std::move(caller), std::move(work), name),
                          boost::asio::detached);
  }
  void submit(Standing standing, const std::string& name) {
    submit(standing, name, [this, name] {
      order.add(name);
      return true;
    });
  }
  [[nodiscard]] bool wait_for_waiting(std::size_t count) const {
    return support::wait_until([this, count] { return hashing->waiting() == count; });
  }

  int submitted = 0;
  Recorder seen;
  Recorder order;
  Door door;
  std::optional<Hashing> hashing;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> alive{io.get_executor()};
  std::jthread io_runner;

  void finish() {
    door.open();
    alive.reset();
    io_runner.join();
  }
};

TEST_F(Queue, WhoIsKnownGoesFirstAndSuspectsLast) {
  start();
  submit(Standing::stranger, "stranger 1");
  submit(Standing::stranger, "stranger 2");
  submit(Standing::known, "ann");
  submit(Standing::stranger, "stranger 3");
  submit(Standing::known, "bob");
  submit(Standing::suspect, "suspect");
  ASSERT_TRUE(wait_for_waiting(6));
  finish();
  EXPECT_THAT(order.all(), testing::ElementsAre("bob", "ann", "stranger 3", "stranger 2",
                                                "stranger 1", "suspect"));
}

TEST_F(Queue, StrangersAreTurnedAwayWhoWouldWaitTooLong) {
  Hashing::Options options;
  options.longest_wait = 1s;
  options.guess = 100ms;  // so that ten wait a second
  start(options);
  for (int i = 0; i < 12; ++i) submit(Standing::stranger, "stranger");
  ASSERT_TRUE(seen.wait_for("stranger overloaded"));
  submit(Standing::known, "ann");
  ASSERT_TRUE(support::wait_until([this] { return seen.count("stranger overloaded") == 2; }));
  ASSERT_TRUE(wait_for_waiting(11));
  finish();
  EXPECT_EQ(seen.count("stranger right"), 10U);
  EXPECT_EQ(seen.count("ann right"), 1U) << "however many strangers wait";
  EXPECT_EQ(order.all().front(), "ann");
}

TEST_F(Queue, SuspectsTakeNoPlaceOfStrangers) {
  Hashing::Options options;
  options.longest_wait = 1h;
  options.guess = 15min;
  start(options);
  for (const char* name : {"a", "b", "c", "d"}) submit(Standing::suspect, name);
  ASSERT_TRUE(wait_for_waiting(4));
  submit(Standing::suspect, "e");
  ASSERT_TRUE(seen.wait_for("a overloaded"));
  submit(Standing::stranger, "f");
  ASSERT_TRUE(wait_for_waiting(5));
  finish();
  EXPECT_THAT(order.all(), testing::ElementsAre("f", "e", "d", "c", "b"));
}

TEST_F(Queue, ThoseWhoAreKnownAreBoundedToo) {
  Hashing::Options options;
  options.longest_wait = 1s;
  options.guess = 100ms;
  start(options);
  for (int i = 0; i < 11; ++i) submit(Standing::known, "ann");
  ASSERT_TRUE(seen.wait_for("ann overloaded"));
  ASSERT_TRUE(wait_for_waiting(10));
  finish();
}

TEST_F(Queue, ManyTriesAtOneNameMakeRoomForOthers) {
  Hashing::Options options;
  options.longest_wait = 1h;
  options.guess = 1us;
  start(options);
  for (std::size_t i = 0; i < Hashing::most_waiting; ++i) {
    submit(Hashing::Caller{Standing::stranger, {std::to_string(i), "postmaster"}}, "flood",
           [] { return false; });
  }
  ASSERT_TRUE(wait_for_waiting(Hashing::most_waiting));
  submit(Standing::stranger, "ann");
  ASSERT_TRUE(seen.wait_for("flood overloaded"));
  finish();
  EXPECT_EQ(seen.count("flood overloaded"), 1U);
  EXPECT_EQ(seen.count("ann right"), 1U);
}

TEST_F(Queue, MemoryIsBoundedHoweverQuickTheyAre) {
  Hashing::Options options;
  options.longest_wait = 1h;
  options.guess = 1us;
  start(options);
  for (std::size_t i = 0; i < Hashing::most_waiting + 1; ++i) {
    submit(Standing::stranger, "stranger");
  }
  ASSERT_TRUE(seen.wait_for("stranger overloaded"));
  EXPECT_TRUE(wait_for_waiting(Hashing::most_waiting));
  finish();
}

TEST(Hashing, SaysWhatTheWorkSays) {
  Hashing hashing{{}};
  boost::asio::io_context io;
  const auto ask = [&](Hashing::Work work) {
    return support::run(io, hashing.verify(Hashing::Caller{}, std::move(work)));
  };
  EXPECT_EQ(ask([] { return true; }), Verdict::right);
  EXPECT_EQ(ask([] { return false; }), Verdict::wrong);
  EXPECT_THROW((void)ask([]() -> bool { throw std::runtime_error{"no memory"}; }),
               std::runtime_error);
  EXPECT_EQ(hashing.waiting(), 0U);
}

TEST(Hashing, RunsOffTheCallersThread) {
  Hashing hashing{{}};
  boost::asio::io_context io;
  const auto here = std::this_thread::get_id();
  EXPECT_EQ(support::run(io, hashing.verify(Hashing::Caller{},
                                            [here] { return std::this_thread::get_id() == here; })),
            Verdict::wrong);
}

}  // namespace
}  // namespace quoth::credentials
