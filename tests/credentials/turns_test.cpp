#include "credentials/turns.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::credentials {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using Names = Turns<std::string>;
constexpr Names::Time start{1h};
constexpr std::size_t plenty = 100;

/// Lets somebody wait. @returns who has to go for him; empty: nobody.
std::string add(Names& turns, const std::string& network, const std::string& user,
                std::size_t room = plenty, Names::Time now = start) {
  return turns.add({network, user}, network + " " + user, room, now).value_or("");
}

std::vector<std::string> take_all(Names& turns) {
  std::vector<std::string> all;
  while (auto next = turns.take()) all.push_back(*std::move(next));
  return all;
}

TEST(Turns, AmongEqualsTheLastHasTheNextTurnAndTheFirstMakesRoom) {
  Names turns{2s};
  EXPECT_EQ(add(turns, "1", "ann", 3), "");
  EXPECT_EQ(add(turns, "2", "bob", 3), "");
  EXPECT_EQ(add(turns, "3", "cid", 3), "");
  EXPECT_EQ(add(turns, "4", "dan", 3), "1 ann");
  EXPECT_THAT(take_all(turns), ElementsAre("4 dan", "3 cid", "2 bob"));
  EXPECT_EQ(turns.take(), std::nullopt);
}

TEST(Turns, TheFirstOfEachNetworkGoesBeforeTheSecondOfAny) {
  Names turns{2s};
  for (const std::string user : {"a", "b", "c"}) (void)add(turns, "1", user);
  (void)add(turns, "2", "ann");
  (void)add(turns, "2", "bob");
  EXPECT_THAT(take_all(turns), ElementsAre("2 ann", "1 a", "2 bob", "1 b", "1 c"));
}

TEST(Turns, TheFirstOfEachNameGoesBeforeTheSecondOfAny) {
  Names turns{2s};
  for (const std::string network : {"1", "2", "3"}) (void)add(turns, network, "root");
  (void)add(turns, "4", "ann");
  EXPECT_THAT(take_all(turns), ElementsAre("4 ann", "1 root", "2 root", "3 root"));
}

TEST(Turns, WhoHasMostMakesRoom) {
  Names turns{2s};
  EXPECT_EQ(add(turns, "1", "a", 3), "");
  EXPECT_EQ(add(turns, "1", "b", 3), "");
  EXPECT_EQ(add(turns, "1", "c", 3), "");
  EXPECT_EQ(add(turns, "1", "d", 3), "1 d") << "himself, if it is he";
  EXPECT_EQ(add(turns, "2", "ann", 3), "1 c");
  EXPECT_EQ(add(turns, "3", "bob", 3), "1 b");
  EXPECT_EQ(add(turns, "4", "cid", 0), "1 a");
}

TEST(Turns, WhereThereIsNoRoomNobodyWaits) {
  Names turns{2s};
  EXPECT_EQ(add(turns, "1", "ann", 0), "1 ann");
  EXPECT_EQ(turns.size(), 0U);
}

TEST(Turns, NobodyWaitsLongerThanHisPatience) {
  Names turns{2s};
  (void)add(turns, "1", "ann", plenty, start);
  (void)add(turns, "2", "bob", plenty, start + 1s);
  EXPECT_THAT(turns.expire(start + 2s), IsEmpty());
  EXPECT_THAT(turns.expire(start + 2001ms), ElementsAre("1 ann"));
  EXPECT_THAT(take_all(turns), ElementsAre("2 bob"));
}

/// What became of the right users among a flood, each of them with a network and a name of his own.
struct Outcome {
  int tried = 0;
  int let_in = 0;
  std::chrono::milliseconds longest_wait{0};
};

/// Ten seconds, a thousand wrong logins in each, 30 of which can be looked at. A right user comes
/// every tenth of a second. `flood`: whom the i-th wrong login is of.
Outcome outcome_of(const std::function<Claim(int)>& flood) {
  struct Waiting {
    bool is_right;
    Names::Time since;
  };
  constexpr std::size_t room = 60;  // in two seconds
  Turns<Waiting> turns{2s};
  Outcome outcome;
  for (int tick = 0; tick < 10'000; ++tick) {
    const Names::Time now = start + std::chrono::milliseconds{tick};
    (void)turns.add(flood(tick), {false, now}, room, now);
    if (tick % 100 == 50) {
      ++outcome.tried;
      const std::string who = "right " + std::to_string(tick);
      (void)turns.add({who, who}, {true, now}, room, now);
    }
    if (tick % 33 != 0) continue;
    const std::optional<Waiting> next = turns.take();
    (void)turns.expire(now);
    if (!next || !next->is_right) continue;
    ++outcome.let_in;
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(now - next->since);
    outcome.longest_wait = std::max(outcome.longest_wait, wait);
  }
  return outcome;
}

std::string number(int i) { return std::to_string(i); }

TEST(Turns, AFloodFromFewNetworksHoldsUpNobody) {
  const Outcome outcome = outcome_of([](int i) { return Claim{number(i % 5), number(i)}; });
  EXPECT_GE(outcome.let_in, outcome.tried - 1);
  EXPECT_LE(outcome.longest_wait, 500ms);
}

TEST(Turns, AFloodAtFewNamesHoldsUpNobody) {
  const Outcome outcome = outcome_of([](int i) { return Claim{number(i), number(i % 5)}; });
  EXPECT_GE(outcome.let_in, outcome.tried - 1);
  EXPECT_LE(outcome.longest_wait, 500ms);
}

// Nothing tells them apart: a share of 3 in 100 is all there is. Who is in it has not waited.
TEST(Turns, AFloodThatCannotBeToldApartLeavesWhatTheTimeIsFor) {
  const Outcome outcome = outcome_of([](int i) { return Claim{number(i), number(i)}; });
  EXPECT_GE(outcome.let_in, outcome.tried / 100);
  EXPECT_LE(outcome.longest_wait, 60ms);
}

}  // namespace
}  // namespace quoth::credentials
