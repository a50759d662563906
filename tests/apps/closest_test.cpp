#include "apps/quoth/closest.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

TEST(Closest, EditDistanceCountsASwapAsOne) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("accpet", "accept"), 1U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Closest, NamesWhatIsNearAndNothingElse) {
  constexpr std::array<std::string_view, 3> names{"listen", "accept", "mode"};
  EXPECT_EQ(closest("lisen", names), "listen");
  EXPECT_EQ(closest("acept", names), "accept");
  EXPECT_EQ(closest("mod", names), "mode");
  EXPECT_EQ(closest("role", names), "");
  EXPECT_EQ(closest("x", names), "");
}

}  // namespace
}  // namespace quoth::app
