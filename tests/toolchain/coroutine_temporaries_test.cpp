// What may stand in a co_await expression under g++ 12, which destroys some temporaries there
// twice: a lambda that captures, a braced aggregate with a member that has a destructor, and either
// side of `c ? co_await a : co_await b`. The forms below are the ones that this project uses
// instead; each test counts that every object is destroyed exactly as often as it was made.

#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <quoth/awaitable.hpp>

#include "support/waiting.hpp"

namespace quoth {
namespace {

/// Constructions less destructions: 0 at the end, or something was destroyed twice, or never.
int alive = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted& /*other*/) { ++alive; }
  Counted& operator=(const Counted& other) = default;
  ~Counted() { --alive; }
};

/// An aggregate whose members have destructors.
struct Aggregate {
  Counted counted;
  std::string text;
};

/// The same with a constructor: what an option struct of an awaitable function has to be.
struct Class {
  explicit Class(std::string t) : text{std::move(t)} {}
  Counted counted;
  std::string text;
};

struct Trivial {
  int a = 0;
  int b = 0;
};

Awaitable<std::string> take(const Aggregate& aggregate) { co_return aggregate.text; }
Awaitable<std::string> take(const Class& object) { co_return object.text; }
Awaitable<int> take(Trivial trivial) { co_return trivial.a + trivial.b; }

template <class Function>
Awaitable<int> call(Function function) {
  co_return function();
}

Aggregate make_aggregate() { return {{}, "a text that is too long for the small buffer"}; }

class CoroutineTemporaries : public testing::Test {
 protected:
  void SetUp() override { alive = 0; }
  void TearDown() override { EXPECT_EQ(alive, 0); }

  template <class T>
  T run(Awaitable<T> coroutine) {
    boost::asio::io_context io{1};
    return support::run(io, std::move(coroutine));
  }
};

const std::string text = "a text that is too long for the small buffer";

Awaitable<std::string> named_aggregate() {
  const Aggregate aggregate{{}, text};
  co_return co_await take(aggregate);
}

TEST_F(CoroutineTemporaries, ANamedAggregateIsRight) { EXPECT_EQ(run(named_aggregate()), text); }

Awaitable<std::string> factory() { co_return co_await take(make_aggregate()); }

TEST_F(CoroutineTemporaries, AFactorysResultIsRight) { EXPECT_EQ(run(factory()), text); }

Awaitable<std::string> constructor() { co_return co_await take(Class{text}); }

TEST_F(CoroutineTemporaries, AClassWithAConstructorIsRight) { EXPECT_EQ(run(constructor()), text); }

Awaitable<int> trivial() { co_return co_await take(Trivial{.a = 3, .b = 4}); }

TEST_F(CoroutineTemporaries, ATrivialAggregateIsRight) { EXPECT_EQ(run(trivial()), 7); }

Awaitable<int> named_lambda() {
  const Counted counted;
  auto function = [counted] { return alive; };
  co_return co_await call(std::move(function));
}

TEST_F(CoroutineTemporaries, ANamedLambdaIsRight) { EXPECT_GE(run(named_lambda()), 2); }

Awaitable<std::string> two_branches(bool first) {
  if (first) {
    const std::string result = co_await take(Class{text});
    co_return result;
  }
  const std::string result = co_await take(Class{"other " + text});
  co_return result;
}

TEST_F(CoroutineTemporaries, TwoBranchesAreRight) {
  EXPECT_EQ(run(two_branches(true)), text);
  EXPECT_EQ(run(two_branches(false)), "other " + text);
}

Awaitable<std::string> named_result() {
  std::string awaited = co_await take(Class{text});
  Aggregate aggregate{{}, std::move(awaited)};
  co_return aggregate.text;
}

TEST_F(CoroutineTemporaries, AnAggregateOfANamedResultIsRight) {
  EXPECT_EQ(run(named_result()), text);
}

}  // namespace
}  // namespace quoth
