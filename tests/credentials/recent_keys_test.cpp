#include "credentials/recent_keys.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace quoth::credentials {
namespace {

using namespace std::chrono_literals;

constexpr RecentKeys::Time start{1h};

TEST(RecentKeys, KnowsWhatWasAddedUntilItsTimeIsUp) {
  RecentKeys keys{10, 10min};
  EXPECT_FALSE(keys.contains("ann", start));
  keys.add("ann", start);
  EXPECT_TRUE(keys.contains("ann", start + 10min - 1ms));
  EXPECT_FALSE(keys.contains("bob", start));
  EXPECT_FALSE(keys.contains("ann", start + 10min));
  EXPECT_EQ(keys.size(), 0U);
}

TEST(RecentKeys, AddingAgainKeepsItLonger) {
  RecentKeys keys{10, 10min};
  keys.add("ann", start);
  keys.add("ann", start + 5min);
  EXPECT_TRUE(keys.contains("ann", start + 14min));
  EXPECT_EQ(keys.size(), 1U);
}

TEST(RecentKeys, SeeingItDoesNotKeepItLonger) {
  RecentKeys keys{10, 10min};
  keys.add("ann", start);
  EXPECT_TRUE(keys.contains("ann", start + 9min));
  EXPECT_FALSE(keys.contains("ann", start + 11min));
}

TEST(RecentKeys, ForgetsWhatWasUsedLongestAgo) {
  RecentKeys keys{3, 10min};
  keys.add("1", start);
  keys.add("2", start);
  keys.add("3", start);
  EXPECT_TRUE(keys.contains("1", start));
  keys.add("4", start);
  EXPECT_EQ(keys.size(), 3U);
  EXPECT_FALSE(keys.contains("2", start));
  EXPECT_TRUE(keys.contains("1", start));
  EXPECT_TRUE(keys.contains("3", start));
  EXPECT_TRUE(keys.contains("4", start));
}

TEST(RecentKeys, WithoutRoomNothingIsKept) {
  RecentKeys keys{0, 10min};
  keys.add("ann", start);
  EXPECT_FALSE(keys.contains("ann", start));
}

TEST(RecentKeys, JoinedTextsAreOnesOwn) {
  EXPECT_NE(joined({"ab", "c"}), joined({"a", "bc"}));
  EXPECT_NE(joined({"a"}), joined({"a", ""}));
  EXPECT_NE(joined({"1:a"}), joined({"a"}));
}

}  // namespace
}  // namespace quoth::credentials
