// The table of cases as a whole, and how cases are selected.
#include "conform/cases.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conform/judge.hpp"
#include "conform/script.hpp"
#include "conform/selection.hpp"
#include "core/ascii.hpp"

namespace quoth::conform {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

bool is_code(std::string_view part) {
  return part == "end" ||
         (part.size() == 3 && part[0] >= '2' && part[0] <= '5' &&
          std::ranges::all_of(part, [](char c) { return c == 'x' || ascii::is_digit(c); }));
}

TEST(Cases, AreManyAndDistinct) {
  const Cases all = all_cases();
  EXPECT_GE(all.size(), 250U);
  std::set<std::string> ids;
  for (const Case& each : all) EXPECT_TRUE(ids.insert(each.id).second) << each.id;
}

TEST(Cases, SayWhatTheyClaim) {
  for (const Case& each : all_cases()) {
    EXPECT_THAT(each.id, MatchesRegex("[a-z0-9]+\\.[a-z0-9-]+"));
    EXPECT_THAT(each.reference,
                MatchesRegex("(RFC [0-9]+ (§[0-9.]+|Appendix [A-Z.0-9]+)|"
                             "CVE-[0-9]+-[0-9]+(, CVE-[0-9]+-[0-9]+)*|CERT VU#[0-9]+|"
                             "PROXY protocol §[0-9.]+|XCLIENT)"))
        << each.id;
    EXPECT_FALSE(each.title.empty()) << each.id;
    EXPECT_GE(each.why.size(), 10U) << each.id;
    EXPECT_FALSE(each.steps.empty()) << each.id;
  }
}

TEST(Cases, AwaitCodesThatThereAre) {
  for (const Case& each : all_cases()) {
    for (const Step& step : each.steps) {
      std::string_view codes{step.codes};
      while (!codes.empty()) {
        const std::size_t bar = std::min(codes.find('|'), codes.size());
        EXPECT_TRUE(is_code(codes.substr(0, bar))) << each.id << ": " << step.codes;
        codes.remove_prefix(std::min(bar + 1, codes.size()));
      }
    }
  }
}

/// A case that is told by what was stored must know what the server said.
TEST(Cases, ThatLookAtStoredMailHaveAVerdict) {
  for (const Case& each : all_cases()) {
    if (each.stored.rule != Stored::Rule::as_decided) continue;
    EXPECT_TRUE(std::ranges::any_of(each.steps, &Step::decides)) << each.id;
  }
}

TEST(Cases, HaveEachLevelAndGroup) {
  std::map<Level, std::size_t> levels;
  std::set<std::string, std::less<>> groups;
  for (const Case& each : all_cases()) {
    ++levels[each.level];
    groups.emplace(each.group());
  }
  EXPECT_EQ(levels.size(), 4U);
  for (const std::string_view group :
       {"greeting", "hello", "grammar", "order", "pipelining", "size", "8bitmime", "smtputf8",
        "chunking", "dsn", "enhanced", "smuggling", "injection", "relay", "robustness", "lmtp"}) {
    EXPECT_TRUE(groups.contains(group)) << group;
  }
}

TEST(Selection, ByGroupIdAndPattern) {
  EXPECT_TRUE(is_selected("data.dot-first", "data"));
  EXPECT_TRUE(is_selected("data.dot-first", "data.dot-first"));
  EXPECT_TRUE(is_selected("data.dot-first", "data.dot-*"));
  EXPECT_TRUE(is_selected("data.dot-first", "*dot*"));
  EXPECT_TRUE(is_selected("data.dot-first", "data.dot-firs?"));
  EXPECT_FALSE(is_selected("data.dot-first", "dat"));
  EXPECT_FALSE(is_selected("data.dot-first", "data.dot"));
  EXPECT_FALSE(is_selected("data.dot-first", ""));
}

TEST(Selection, OfSeveral) {
  const auto ids = [](const Cases& cases) {
    std::vector<std::string> result;
    for (const Case& each : cases) result.push_back(each.id);
    return result;
  };
  EXPECT_THAT(ids(select(all_cases(), {"verbs.noop,order.mail-first", "verbs.rset"})),
              ElementsAre("verbs.noop", "verbs.rset", "order.mail-first"));
  EXPECT_EQ(select(all_cases(), {}).size(), all_cases().size());
  EXPECT_TRUE(select(all_cases(), {"nothing"}).empty());
  EXPECT_THAT(split_patterns({"a,b", ",c,", ""}), ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace quoth::conform
