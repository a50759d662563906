#include "core/keyed_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace quoth {
namespace {

constexpr KeyedHash::Key key_of_the_paper{0x0706050403020100, 0x0f0e0d0c0b0a0908};

/// 00 01 02 …
std::string counting(std::size_t size) {
  std::string octets;
  for (std::size_t i = 0; i < size; ++i) octets += static_cast<char>(i);
  return octets;
}

TEST(KeyedHash, IsSipHash24) {
  const KeyedHash hash{key_of_the_paper};
  EXPECT_EQ(hash(counting(15)), 0xa129ca6149be45e5U) << "the paper's own vector";
  EXPECT_EQ(hash(""), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(hash(counting(8)), 0x93f5f5799a932462U);
}

TEST(KeyedHash, EachHasAKeyOfItsOwn) {
  EXPECT_NE(KeyedHash{}("ann"), KeyedHash{}("ann"));
  const KeyedHash one;
  EXPECT_EQ(one("ann"), one("ann"));
  EXPECT_NE(one("ann"), one(std::string("ann\0", 4)));
}

}  // namespace
}  // namespace quoth
