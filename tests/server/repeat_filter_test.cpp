#include "server/repeat_filter.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Optional;

constexpr RepeatFilter::Time start{1h};

TEST(RepeatFilter, TellsEachPowerOfTwo) {
  RepeatFilter filter;
  std::vector<std::uint64_t> told;
  for (int i = 0; i < 20; ++i) {
    if (const auto times = filter.hear("a", start)) told.push_back(*times);
  }
  EXPECT_THAT(told, ElementsAre(1, 2, 4, 8, 16));
}

TEST(RepeatFilter, ComplaintsThatTakeTurnsAreCountedEach) {
  RepeatFilter filter;
  int told = 0;
  for (int i = 0; i < 100; ++i) {
    if (filter.hear(i % 2 == 0 ? "a" : "b", start)) ++told;
  }
  EXPECT_EQ(told, 2 * 6);
}

TEST(RepeatFilter, AfterSomeSilenceItBeginsAnew) {
  RepeatFilter filter;
  EXPECT_THAT(filter.hear("a", start), Optional(1U));
  EXPECT_THAT(filter.hear("a", start + RepeatFilter::memory), Optional(2U));
  EXPECT_THAT(filter.hear("a", start + 2 * RepeatFilter::memory + 1ms), Optional(1U));
}

TEST(RepeatFilter, ForgetsWhatWasNotHeardForLongest) {
  RepeatFilter filter{2};
  EXPECT_THAT(filter.hear("a", start), Optional(1U));
  EXPECT_THAT(filter.hear("b", start), Optional(1U));
  EXPECT_THAT(filter.hear("a", start), Optional(2U));
  EXPECT_THAT(filter.hear("c", start), Optional(1U));
  EXPECT_EQ(filter.hear("a", start), std::nullopt) << "the third time";
  EXPECT_THAT(filter.hear("b", start), Optional(1U)) << "was forgotten";
}

}  // namespace
}  // namespace quoth::server
