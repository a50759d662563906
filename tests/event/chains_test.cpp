#include <quoth/chains.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <quoth/plugin.hpp>

#include "event/dispatch.hpp"
#include "support/loose_session.hpp"

namespace quoth {
namespace {

template <class Event>
std::string names(const Chain<Event>& chain) {
  std::string result;
  for (const HandlerInfo& info : chain.handlers()) result.append(" ").append(info.name);
  return result;
}

Decision nothing(event::Connect& /*connect*/) { return pass(); }

class NoFailures final : public event::FailureListener {
 public:
  void handler_failed(std::string_view /*handler*/, std::string_view /*why*/) noexcept override {}
};

/// A session whose Connect can be fired again and again; the handlers note that they ran.
class ChainsTest : public testing::Test {
 protected:
  auto note(const std::string& name) {
    return [this, name](event::Connect&) {
      ran_.append(" ").append(name);
      return pass();
    };
  }

  /// The handlers that ran, in order.
  std::string fire(SessionChains& chains) {
    ran_.clear();
    event::Connect connect{loose_.session};
    event::Dispatch dispatch{chains.current(0), connect, failures_};
    EXPECT_EQ(dispatch.run(), event::Dispatch::Progress::passed);
    chains.settle();
    return ran_;
  }
  std::string fire() { return fire(loose_.session.chains()); }

  Chain<event::Connect> server() { return loose_.chains.get<event::Connect>(); }
  Chain<event::Connect> session() { return loose_.session.chains().get<event::Connect>(); }

  support::LooseSession loose_;
  NoFailures failures_;
  std::string ran_;
};

TEST_F(ChainsTest, EditsByEveryName) {
  const Chain<event::Connect> chain = server();
  chain.append("c", nothing);
  chain.prepend("a", nothing);
  chain.before("c", "b", nothing);
  chain.after("c", "d", nothing);
  EXPECT_EQ(names(chain), " a b c d");
  chain.first("d");
  EXPECT_EQ(names(chain), " d a b c");
  chain.last("d");
  EXPECT_EQ(names(chain), " a b c d");
  chain.up("c");
  EXPECT_EQ(names(chain), " a c b d");
  chain.down("a", 2);
  EXPECT_EQ(names(chain), " c b a d");
  chain.swap("c", "d");
  EXPECT_EQ(names(chain), " d b a c");
  chain.before("d", "a");
  EXPECT_EQ(names(chain), " a d b c");
  chain.after("c", "d");
  EXPECT_EQ(names(chain), " a b c d");
  chain.remove("b");
  EXPECT_EQ(names(chain), " a c d");
}

TEST_F(ChainsTest, AnEditTakesEffectWithTheNextDispatch) {
  server().append("a", note("a"));
  EXPECT_EQ(fire(), " a");
  server().append("b", note("b"));
  EXPECT_EQ(fire(), " a b");
  server().first("b");
  EXPECT_EQ(fire(), " b a");
  server().disable("b");
  EXPECT_EQ(fire(), " a");
  server().enable("b");
  server().remove("a");
  EXPECT_EQ(fire(), " b");
}

TEST_F(ChainsTest, AnEditThatThrowsIsNoticedByNobody) {
  server().append("a", note("a"));
  const std::uint64_t version = loose_.chains.version();
  EXPECT_THROW(server().remove("b"), std::invalid_argument);
  EXPECT_THROW(server().append("a", nothing), std::invalid_argument);
  EXPECT_EQ(loose_.chains.version(), version);
  EXPECT_EQ(fire(), " a");
}

TEST_F(ChainsTest, AHandlerThatMovesItselfBackRunsOnce) {
  server().append("a", [this](event::Connect& connect) {
    ran_.append(" a");
    connect.session.chains().get<event::Connect>().last("a");
    server().last("a");
    return pass();
  });
  server().append("b", note("b"));
  server().append("c", note("c"));
  EXPECT_EQ(fire(), " a b c");
  EXPECT_EQ(fire(), " b c a");
}

TEST_F(ChainsTest, AHandlerThatMovesAnotherSkipsNone) {
  server().append("a", note("a"));
  server().append("b", [this](event::Connect& connect) {
    ran_.append(" b");
    connect.session.chains().get<event::Connect>().first("c");
    return pass();
  });
  server().append("c", note("c"));
  EXPECT_EQ(fire(), " a b c");
  EXPECT_EQ(fire(), " c a b");
}

TEST_F(ChainsTest, AHandlerThatRemovesItselfAndTheNextEndsItsDispatchInPeace) {
  server().append("a", [this](event::Connect&) {
    ran_.append(" a");
    server().remove("a");
    server().remove("b");
    // Notices the edits, so that only the dispatch keeps the old order.
    static_cast<void>(loose_.session.chains().current(0));
    ran_.append(" still a");
    return pass();
  });
  server().append("b", note("b"));
  EXPECT_EQ(fire(), " a still a b");
  EXPECT_EQ(fire(), "");
}

TEST_F(ChainsTest, ASessionsOwnOrderConcernsNobodyElse) {
  server().append("a", note("a"));
  server().append("b", note("b"));
  SessionChains other{loose_.chains};
  session().first("b");
  session().append("mine", note("mine"));
  EXPECT_EQ(fire(), " b a mine");
  EXPECT_EQ(fire(other), " a b");
  EXPECT_EQ(names(server()), " a b");
  EXPECT_EQ(names(session()), " b a mine");
}

TEST_F(ChainsTest, ASessionsOwnOrderStaysWhenTheServersChanges) {
  server().append("a", note("a"));
  session().disable("a");
  server().append("b", note("b"));
  EXPECT_EQ(fire(), "");
  SessionChains later{loose_.chains};
  EXPECT_EQ(fire(later), " a b");
}

TEST_F(ChainsTest, ASessionsEditThatThrowsChangesNothing) {
  server().append("a", note("a"));
  EXPECT_THROW(session().remove("b"), std::invalid_argument);
  server().append("b", note("b"));
  EXPECT_EQ(fire(), " a b");
}

TEST_F(ChainsTest, ARawChainIsMadeWhenItIsAskedFor) {
  EXPECT_EQ(loose_.chains.snapshot()->find_verb("XECHO"), event::OrderSet::none);
  const auto index = loose_.chains.index_of_verb("xEcho");
  EXPECT_EQ(loose_.chains.index_of_verb("XECHO"), index);
  EXPECT_EQ(loose_.chains.snapshot()->find_verb("xecho"), index);
  EXPECT_EQ(names(loose_.chains.verb("XECHO")), "");
}

TEST_F(ChainsTest, ASessionMayBeTheFirstToAskForARawChain) {
  SessionChains& chains = loose_.session.chains();
  chains.verb("XECHO").append("mine", [](event::Command&) { return accept(); });
  EXPECT_EQ(names(chains.verb("xecho")), " mine");
  EXPECT_EQ(names(loose_.chains.verb("XECHO")), "");
}

TEST_F(ChainsTest, TheDefaultOfAVerbIsMovedRemovedAndFoundByName) {
  loose_.chains.verb("NOOP").append("early", [](event::Command&) { return pass(); });
  loose_.chains.add_default("NOOP");
  loose_.chains.add_default("NOOP");
  loose_.chains.verb("NOOP").append("late", [](event::Command&) { return pass(); });
  EXPECT_EQ(names(loose_.chains.verb("NOOP")), " early late default");
  EXPECT_TRUE(loose_.chains.verb("NOOP").handlers().back().is_default);
  loose_.chains.verb("NOOP").first("default");
  EXPECT_EQ(names(loose_.chains.verb("NOOP")), " default early late");
  loose_.chains.verb("NOOP").remove("default");
  EXPECT_EQ(names(loose_.chains.verb("NOOP")), " early late");
}

TEST_F(ChainsTest, EveryTypedEventHasAChainOfItsOwn) {
  detail::for_each_event([&]<class Event>() {
    const std::size_t index = static_cast<std::size_t>(Event::chain);
    loose_.chains.edit(index, [index](event::Order& order) {
      order.append(event::make_place(std::to_string(index), {}));
    });
  });
  detail::for_each_event([&]<class Event>() {
    EXPECT_EQ(names(loose_.chains.get<Event>()),
              " " + std::to_string(static_cast<std::size_t>(Event::chain)));
  });
}

/// Each editor works on handlers of its own; whoever looks meanwhile sees whole orders.
TEST_F(ChainsTest, ManyThreadsEditWhileOthersDispatch) {
  constexpr int editors = 3;
  constexpr int rounds = 200;
  std::atomic<int> running{editors};
  std::atomic<int> calls{0};
  const auto count = [&calls](event::Connect&) {
    calls.fetch_add(1, std::memory_order_relaxed);
    return pass();
  };
  server().append("anchor", count);
  const auto edit = [&](const std::string& mine) {
    for (int i = 0; i < rounds; ++i) {
      server().append(mine, count);
      server().first(mine);
      server().before("anchor", mine);
      server().disable(mine);
      EXPECT_EQ(names(loose_.chains.verb("X" + std::to_string(i % 5))), "");
      server().remove(mine);
    }
    server().append(mine, count);
    --running;
  };
  const auto look = [&] {
    support::LooseSession own;
    SessionChains chains{loose_.chains};
    NoFailures failures;
    while (running > 0) {
      event::Connect connect{own.session};
      event::Dispatch dispatch{chains.current(0), connect, failures};
      EXPECT_EQ(dispatch.run(), event::Dispatch::Progress::passed);
      chains.settle();
      EXPECT_GE(server().handlers().size(), 1U);
    }
  };
  std::vector<std::thread> threads;
  for (const char* const name : {"a", "b", "c"}) threads.emplace_back(edit, name);
  for (int i = 0; i < 2; ++i) threads.emplace_back(look);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server().handlers().size(), 1U + editors);
  EXPECT_EQ(server().handlers().front().name, "anchor");
}

}  // namespace
}  // namespace quoth
