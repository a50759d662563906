#include "event/dispatch.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "support/loose_session.hpp"
#include "support/waiting.hpp"

namespace quoth::event {
namespace {

using Progress = Dispatch::Progress;
using namespace std::chrono_literals;

class Failures final : public FailureListener {
 public:
  void handler_failed(std::string_view handler, std::string_view why) noexcept override {
    told.append(handler).append(": ").append(why).append("\n");
  }
  std::string told;
};

class DispatchTest : public testing::Test {
 protected:
  template <class Event>
  const Order& order() {
    return loose_.session.chains().current(static_cast<std::size_t>(Event::chain));
  }

  Dispatch of(Connect& connect) { return Dispatch{order<Connect>(), connect, failures_}; }
  Dispatch of(Disconnect& gone) { return Dispatch{order<Disconnect>(), gone, failures_}; }

  Chain<Connect> connects() { return loose_.chains.get<Connect>(); }
  Chain<Disconnect> disconnects() { return loose_.chains.get<Disconnect>(); }

  support::LooseSession loose_;
  Failures failures_;
  Connect connect_{loose_.session};
  Disconnect disconnect_{loose_.session, "quit"};
  int calls_ = 0;
};

TEST_F(DispatchTest, AnEmptyChainPasses) {
  Dispatch dispatch = of(connect_);
  EXPECT_EQ(dispatch.run(), Progress::passed);
}

TEST_F(DispatchTest, TheFirstReplyEndsTheChain) {
  connects().append("a", [](Connect&) { return pass(); });
  connects().append("b", [](Connect&) { return reject("5.7.1 not you"); });
  connects().append("c", [this](Connect&) {
    ++calls_;
    return accept();
  });
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.reply().summary(), "550 5.7.1 not you");
  EXPECT_EQ(dispatch.handler(), "b");
  EXPECT_EQ(calls_, 0);
}

TEST_F(DispatchTest, HandlersWhoPassAreAllAsked) {
  for (const char* const name : {"a", "b", "c"}) {
    connects().append(name, [this](Connect&) {
      ++calls_;
      return pass();
    });
  }
  Dispatch dispatch = of(connect_);
  EXPECT_EQ(dispatch.run(), Progress::passed);
  EXPECT_EQ(calls_, 3);
}

TEST_F(DispatchTest, ADisabledHandlerIsPassedOver) {
  connects().append("off", [](Connect&) { return reject(); });
  connects().append("on", [](Connect&) { return accept(); });
  connects().disable("off");
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.handler(), "on");
}

TEST_F(DispatchTest, AHandlerThatThrowsGivesTheClient451) {
  connects().append("broken", [](Connect&) -> Decision { throw std::runtime_error("no luck"); });
  connects().append("next", [this](Connect&) {
    ++calls_;
    return accept();
  });
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.reply().summary(), "451 4.3.0 internal error, try again later");
  EXPECT_EQ(dispatch.handler(), "broken");
  EXPECT_EQ(failures_.told, "broken: no luck\n");
  EXPECT_EQ(calls_, 0);
}

TEST_F(DispatchTest, WhatIsThrownNeedNotBeAnException) {
  connects().append("broken", [](Connect&) -> Decision { throw 42; });
  Dispatch dispatch = of(connect_);
  EXPECT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(failures_.told, "broken: something that is no std::exception\n");
}

TEST_F(DispatchTest, ObserversGoOnWhenOneThrows) {
  disconnects().append("a", [this](Disconnect&) { ++calls_; });
  disconnects().append("broken", [](Disconnect&) { throw std::runtime_error("no luck"); });
  disconnects().append("c", [this](Disconnect&) { ++calls_; });
  Dispatch dispatch = of(disconnect_);
  EXPECT_EQ(dispatch.run(), Progress::passed);
  EXPECT_EQ(calls_, 2);
  EXPECT_EQ(failures_.told, "broken: no luck\n");
}

TEST_F(DispatchTest, TheDefaultOfAVerbIsTheCallersBusiness) {
  loose_.chains.add_default("NOOP");
  loose_.chains.verb("NOOP").prepend("early", [this](Command&) {
    ++calls_;
    return pass();
  });
  smtp::Command parsed;
  Command command{loose_.session, "NOOP", "", parsed};
  const Order& raw = loose_.session.chains().current(loose_.chains.index_of_verb("NOOP"));
  Dispatch dispatch{raw, command, failures_};
  ASSERT_EQ(dispatch.run(), Progress::at_default);
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(dispatch.handler(), "default");
  dispatch.resume(smtp::Reply{250, "2.0.0 OK"});
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.reply().summary(), "250 2.0.0 OK");
}

Awaitable<Decision> wait_and_accept(Connect& /*connect*/) {
  co_await support::pause(1ms);
  co_return accept("2.0.0 waited");
}

Awaitable<Decision> wait_and_throw(Connect& /*connect*/) {
  co_await support::pause(1ms);
  throw std::runtime_error("no luck");
}

Awaitable<void> wait_and_observe(Disconnect& gone) {
  co_await support::pause(1ms);
  EXPECT_EQ(gone.reason, "quit");
}

TEST_F(DispatchTest, StopsAtAHandlerThatWaits) {
  connects().append("a", [this](Connect&) {
    ++calls_;
    return pass();
  });
  connects().append("waits", wait_and_accept);
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::must_wait);
  EXPECT_EQ(dispatch.handler(), "waits");
  boost::asio::io_context io{1};
  dispatch.resume(support::run(io, dispatch.start_waiting().value()));
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.reply().summary(), "250 2.0.0 waited");
  EXPECT_EQ(calls_, 1);
}

TEST_F(DispatchTest, AWaitingHandlerMayFail) {
  connects().append("waits", wait_and_throw);
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::must_wait);
  boost::asio::io_context io{1};
  EXPECT_THROW(static_cast<void>(support::run(io, dispatch.start_waiting().value())),
               std::runtime_error);
  dispatch.fail("no luck");
  ASSERT_EQ(dispatch.run(), Progress::answered);
  EXPECT_EQ(dispatch.reply().code(), 451U);
  EXPECT_EQ(failures_.told, "waits: no luck\n");
}

TEST_F(DispatchTest, AWaitingObserverDecidesNothing) {
  disconnects().append("waits", wait_and_observe);
  disconnects().append("b", [this](Disconnect&) { ++calls_; });
  Dispatch dispatch = of(disconnect_);
  ASSERT_EQ(dispatch.run(), Progress::must_wait);
  boost::asio::io_context io{1};
  dispatch.resume(support::run(io, dispatch.start_waiting().value()));
  EXPECT_EQ(dispatch.run(), Progress::passed);
  EXPECT_EQ(calls_, 1);
}

TEST_F(DispatchTest, CountsWhatEachHandlerDid) {
  connects().append("never", [](Connect&) { return pass(); });
  connects().append("always", [](Connect&) { return accept(); });
  connects().append("unreached", [](Connect&) { return accept(); });
  for (int i = 0; i < 3; ++i) {
    Dispatch dispatch = of(connect_);
    EXPECT_EQ(dispatch.run(), Progress::answered);
  }
  connects().first("always");
  connects().disable("never");
  {
    Dispatch dispatch = of(connect_);
    EXPECT_EQ(dispatch.run(), Progress::answered);
  }
  const std::vector<HandlerInfo> infos = connects().handlers();
  ASSERT_EQ(infos.size(), 3U);
  EXPECT_EQ(infos[0].name, "always");
  EXPECT_EQ(infos[0].calls, 4U);
  EXPECT_EQ(infos[0].answers, 4U);
  EXPECT_EQ(infos[1].name, "never");
  EXPECT_EQ(infos[1].calls, 3U);
  EXPECT_EQ(infos[1].answers, 0U);
  EXPECT_FALSE(infos[1].is_enabled);
  EXPECT_EQ(infos[2].calls, 0U);
}

TEST_F(DispatchTest, TimeOfAWaitingHandlerIncludesTheWait) {
  connects().append("waits", wait_and_accept);
  Dispatch dispatch = of(connect_);
  ASSERT_EQ(dispatch.run(), Progress::must_wait);
  boost::asio::io_context io{1};
  dispatch.resume(support::run(io, dispatch.start_waiting().value()));
  EXPECT_GE(connects().handlers().front().time, 1ms);
}

}  // namespace
}  // namespace quoth::event
