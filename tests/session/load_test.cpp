#include "session/load.hpp"

#include <cstddef>
#include <optional>

#include <gtest/gtest.h>

namespace quoth::session {
namespace {

ServerOptions options_of(std::size_t total, std::optional<unsigned> percent) {
  ServerOptions options;
  options.connections.total = total;
  options.defences.overload_percent = percent;
  return options;
}

/// Adds connections until it is overloaded. @returns how many there are then; 0: never.
std::size_t begin_of_overload(Load& load, std::size_t total) {
  for (std::size_t count = 1; count <= total; ++count) {
    if (load.add() == Load::Change::overload_began) return count;
    EXPECT_FALSE(load.is_overloaded());
  }
  return 0;
}

/// Takes connections away until it is not overloaded any more. @returns how many are left.
std::size_t end_of_overload(Load& load) {
  while (load.remove() != Load::Change::overload_ended) EXPECT_TRUE(load.is_overloaded());
  EXPECT_FALSE(load.is_overloaded());
  return load.connections();
}

TEST(Load, BeginsAtItsPercentageAndEndsWhenAnEighthHasGone) {
  Load load{options_of(1000, 80)};
  EXPECT_EQ(begin_of_overload(load, 1000), 800U);
  EXPECT_TRUE(load.is_overloaded());
  EXPECT_EQ(load.connections(), 800U);
  EXPECT_EQ(load.add(), Load::Change::none) << "told once";
  EXPECT_EQ(end_of_overload(load), 699U);
  EXPECT_EQ(begin_of_overload(load, 1000), 101U) << "again at 800";
}

TEST(Load, OfFewConnections) {
  Load one{options_of(1, 100)};
  EXPECT_EQ(begin_of_overload(one, 1), 1U);
  EXPECT_EQ(end_of_overload(one), 0U);
  Load three{options_of(3, 50)};
  EXPECT_EQ(begin_of_overload(three, 3), 2U) << "rounded up";
  EXPECT_EQ(end_of_overload(three), 0U) << "not at once when one goes";
  Load tiny{options_of(10, 1)};
  EXPECT_EQ(begin_of_overload(tiny, 10), 1U);
}

TEST(Load, Never) {
  Load load{options_of(100, std::nullopt)};
  EXPECT_EQ(begin_of_overload(load, 100), 0U);
  EXPECT_EQ(load.remove(), Load::Change::none);
  EXPECT_EQ(load.connections(), 99U);
}

}  // namespace
}  // namespace quoth::session
