#include "core/ascii.hpp"

#include <cctype>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::ascii {
namespace {

TEST(Ascii, ClassesOfEveryOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    // The C library's classes in the "C" locale, which no test changes.
    EXPECT_EQ(is_digit(c), octet < 128 && std::isdigit(octet) != 0) << octet;
    EXPECT_EQ(is_alpha(c), octet < 128 && std::isalpha(octet) != 0) << octet;
    EXPECT_EQ(is_alnum(c), octet < 128 && std::isalnum(octet) != 0) << octet;
    EXPECT_EQ(is_control(c), octet < 32 || octet == 127) << octet;
    EXPECT_EQ(is_high(c), octet > 127) << octet;
  }
}

TEST(Ascii, CaseOfEveryOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    EXPECT_EQ(to_lower(c), octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet + 32) : c)
        << octet;
    EXPECT_EQ(to_upper(c), octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 32) : c)
        << octet;
  }
}

TEST(Ascii, CaseOfText) {
  EXPECT_EQ(lower(""), "");
  EXPECT_EQ(lower("Ann@Example.COM [`{"), "ann@example.com [`{");
  EXPECT_EQ(upper("Ann@Example.COM [`{"), "ANN@EXAMPLE.COM [`{");
  EXPECT_EQ(lower("\xC3\x84"), "\xC3\x84");
  EXPECT_EQ(lower(std::string_view{"A\0B", 3}), std::string("a\0b", 3));
}

TEST(Ascii, EqualityWithoutCase) {
  EXPECT_TRUE(iequals("", ""));
  EXPECT_TRUE(iequals("rCpT", "RcPt"));
  EXPECT_FALSE(iequals("rcpt", "rcp"));
  EXPECT_FALSE(iequals("rcp", "rcpt"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_FALSE(iequals(std::string_view{"a\0b", 3}, std::string_view{"a\0c", 3}));
}

}  // namespace
}  // namespace quoth::ascii
