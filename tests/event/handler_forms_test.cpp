#include <quoth/plugin.hpp>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/loose_session.hpp"

namespace quoth {
namespace {

// Who can be a handler of what.
using WaitsForRcpt = Awaitable<Decision> (*)(event::Rcpt&);
using ObservesReset = void (*)(event::Reset&);
using AnswersReset = Decision (*)(event::Reset&);
using ObservesRcpt = void (*)(event::Rcpt&);
using TakesCopy = Decision (*)(event::Rcpt);
using RepliesToRcpt = smtp::Reply (*)(event::Rcpt&);
static_assert(HandlerOf<WaitsForRcpt, event::Rcpt>);
static_assert(HandlerOf<RepliesToRcpt, event::Rcpt>);
static_assert(HandlerOf<TakesCopy, event::Rcpt>);
static_assert(HandlerOf<ObservesReset, event::Reset>);
static_assert(!HandlerOf<AnswersReset, event::Reset>);
static_assert(!HandlerOf<ObservesRcpt, event::Rcpt>);
static_assert(!HandlerOf<WaitsForRcpt, event::Mail>);

/// Calls the first handler of Connect.
std::string ask(support::LooseSession& loose) {
  event::Connect connect{loose.session};
  const auto order = loose.chains.order(static_cast<std::size_t>(event::Connect::chain));
  const Decision decision = order->places().front().handler->plain(&connect);
  return decision ? decision->summary() : "passed";
}

template <class Event>
std::size_t count(support::LooseSession& loose) {
  return loose.chains.get<Event>().handlers().size();
}

Decision free_function(event::Connect& /*connect*/) { return reject("5.0.0 free"); }

struct Functor {
  int calls = 0;
  Decision operator()(event::Connect& /*connect*/) {
    return reject("5.0.0 call " + std::to_string(++calls));
  }
};

struct SharedCount {
  std::shared_ptr<int> calls = std::make_shared<int>(0);
};

TEST(HandlerForms, AFunction) {
  support::LooseSession loose;
  loose.chains.get<event::Connect>().append("f", free_function);
  EXPECT_EQ(ask(loose), "550 5.0.0 free");
}

TEST(HandlerForms, ALambdaWithState) {
  support::LooseSession loose;
  const SharedCount state;
  loose.chains.get<event::Connect>().append("l", [calls = state.calls](event::Connect&) {
    ++*calls;
    return pass();
  });
  EXPECT_EQ(ask(loose), "passed");
  EXPECT_EQ(ask(loose), "passed");
  EXPECT_EQ(*state.calls, 2);
}

TEST(HandlerForms, AnObjectWithACallOperatorKeepsItsState) {
  support::LooseSession loose;
  loose.chains.get<event::Connect>().append("o", Functor{});
  EXPECT_EQ(ask(loose), "550 5.0.0 call 1");
  EXPECT_EQ(ask(loose), "550 5.0.0 call 2");
}

/// The ancestor's object states: methods named after the events.
struct Counter {
  int connects = 0;
  Decision on(event::Connect& /*connect*/) {
    ++connects;
    return reject("5.0.0 method");
  }
  void on(event::Disconnect& /*disconnect*/) { --connects; }
  Decision on(event::Headers& /*headers*/) { return pass(); }
  Decision on(event::Etrn& /*etrn*/) { return pass(); }
  Decision on(event::Tls& /*tls*/) { return pass(); }
  Decision on(event::Auth& /*auth*/) { return pass(); }
  void on(event::LoggedIn& /*login*/) {}
};

TEST(HandlerForms, EveryMethodOfAnObject) {
  support::LooseSession loose;
  Counter counter;
  attach_object(loose.chains, "counter", counter);
  EXPECT_EQ(count<event::Connect>(loose), 1U);
  EXPECT_EQ(count<event::Disconnect>(loose), 1U);
  EXPECT_EQ(count<event::Headers>(loose), 1U);
  EXPECT_EQ(count<event::Etrn>(loose), 1U);
  EXPECT_EQ(count<event::Tls>(loose), 1U);
  EXPECT_EQ(count<event::Auth>(loose), 1U);
  EXPECT_EQ(count<event::LoggedIn>(loose), 1U);
  EXPECT_EQ(count<event::Rcpt>(loose), 0U);
  EXPECT_EQ(ask(loose), "550 5.0.0 method");
  EXPECT_EQ(counter.connects, 1);
}

/// The ancestor's package states: functions of a type named after the events.
struct Package {
  static Decision on(event::Connect& /*connect*/) { return reject("5.0.0 static"); }
  static Decision on(event::Mail& /*mail*/) { return pass(); }
  static void on(event::Reset& /*reset*/) {}
  static Decision on(event::Headers& /*headers*/) { return pass(); }
  static Awaitable<Decision> on(event::Etrn& /*etrn*/) { co_return pass(); }
};

struct OtherPackage {
  static Decision on(event::Connect& /*connect*/) { return pass(); }
};

TEST(HandlerForms, EveryStaticFunctionOfAType) {
  support::LooseSession loose;
  attach_type<Package>(loose.chains, "package");
  attach_type<OtherPackage>(loose.chains, "other");
  EXPECT_EQ(count<event::Connect>(loose), 2U);
  EXPECT_EQ(count<event::Mail>(loose), 1U);
  EXPECT_EQ(count<event::Reset>(loose), 1U);
  EXPECT_EQ(count<event::Headers>(loose), 1U);
  EXPECT_EQ(count<event::Etrn>(loose), 1U);
  EXPECT_EQ(ask(loose), "550 5.0.0 static");
}

struct Nothing {
  int value = 0;
};

TEST(HandlerForms, AnObjectOrATypeWithoutHandlersIsAMistake) {
  support::LooseSession loose;
  Nothing nothing;
  EXPECT_THROW(attach_object(loose.chains, "nothing", nothing), std::invalid_argument);
  EXPECT_THROW(attach_type<Nothing>(loose.chains, "nothing"), std::invalid_argument);
}

}  // namespace
}  // namespace quoth
