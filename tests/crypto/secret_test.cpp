#include "crypto/secret.hpp"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "crypto/random.hpp"

namespace quoth::crypto {
namespace {

TEST(ConstantTime, Equality) {
  EXPECT_TRUE(equal_in_constant_time("", {}));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "xbc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
  EXPECT_FALSE(equal_in_constant_time({"a\0b", 3}, {"a\0c", 3}));
}

TEST(Wipe, OverwritesWhatIsThereAndWhatWas) {
  std::string text(100, 'x');
  const std::string_view memory{text.data(), 100};
  text.resize(3);
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_GE(text.capacity(), 100U);
  text.resize(100, 'y');
  text.clear();
  wipe(text);
  ASSERT_EQ(text.data(), memory.data());
  EXPECT_EQ(memory.find('x'), std::string_view::npos);
  EXPECT_EQ(memory.find('y'), std::string_view::npos);
  EXPECT_EQ(memory.substr(1), std::string(99, '\0'));
}

TEST(Wipe, AtTheEndOfAScope) {
  std::string text = "open sesame";
  { const WipeAtEnd wiping{text}; }
  EXPECT_TRUE(text.empty());
}

TEST(Random, IsNeverTheSame) {
  EXPECT_EQ(random_octets(0), "");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(random_octets(18)).second);
  EXPECT_EQ(seen.begin()->size(), 18U);
}

}  // namespace
}  // namespace quoth::crypto
