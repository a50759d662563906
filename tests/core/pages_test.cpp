#include "core/pages.hpp"

#include <cstddef>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace quoth {
namespace {

constexpr std::size_t small = 8192;
constexpr std::size_t large = 65536;

TEST(Pages, CanBeWrittenToTheirLastOctet) {
  for (const std::size_t octets : {small, large}) {
    const Pages pages{octets};
    ASSERT_EQ(pages.size(), octets);
    std::memset(pages.data(), 'x', octets);
    EXPECT_EQ(pages.data()[octets - 1], 'x');
  }
}

TEST(Pages, AreSomebodyElsesOnlyWhenGivenBack) {
  std::vector<Pages> all;
  std::set<const char*> places;
  for (int i = 0; i < 200; ++i) places.insert(all.emplace_back(small).data());
  EXPECT_EQ(places.size(), 200U);
  all.clear();
  const Pages next{small};
  EXPECT_TRUE(places.contains(next.data())) << "kept for the next one";
}

TEST(Pages, OfOtherSizesAreNoSpares) {
  const char* const place = Pages{small}.data();
  const Pages other{large};
  EXPECT_NE(other.data(), place);
  const Pages third{4 * large};  // a third size is kept nowhere
  std::memset(third.data(), 'x', third.size());
}

TEST(Pages, MoveLeavesNothingBehind) {
  Pages first{small};
  char* const place = first.data();
  Pages second{std::move(first)};
  EXPECT_EQ(first.data(), nullptr);
  EXPECT_EQ(second.data(), place);
  Pages third;
  third = std::move(second);
  EXPECT_EQ(third.data(), place);
  EXPECT_EQ(second.size(), 0U);
}

/// The thread's spares go with it; what another one took from it does not.
TEST(Pages, OutliveTheThreadThatTookThem) {
  Pages pages;
  std::thread{[&] {
    pages = Pages{small};
    const Pages spare{small};
  }}.join();
  std::memset(pages.data(), 'x', small);
  EXPECT_EQ(pages.data()[small - 1], 'x');
}

}  // namespace
}  // namespace quoth
