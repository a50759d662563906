#include "auth/saslprep.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::auth {
namespace {

std::optional<std::string> stored(std::string_view text) {
  return saslprep(text, Unassigned::refused);
}

// RFC 4013 §3.
TEST(Saslprep, ExamplesOfTheRfc) {
  EXPECT_EQ(stored("I\u00ADX"), "IX");
  EXPECT_EQ(stored("user"), "user");
  EXPECT_EQ(stored("USER"), "USER");
  EXPECT_EQ(stored("\u00AA"), "a");
  EXPECT_EQ(stored("\u2168"), "IX");
  EXPECT_EQ(stored("\x07"), std::nullopt);
  EXPECT_EQ(stored("\u0627\u0031"), std::nullopt);
}

TEST(Saslprep, Ascii) {
  EXPECT_EQ(stored(""), "");
  EXPECT_EQ(stored(" !~"), " !~");
  for (int octet = 0; octet < 128; ++octet) {
    const std::string text{'a', static_cast<char>(octet), 'b'};
    const bool is_control = octet < 32 || octet == 127;
    EXPECT_EQ(stored(text), is_control ? std::nullopt : std::optional{text}) << octet;
  }
}

TEST(Saslprep, OneNameInManyForms) {
  EXPECT_EQ(stored("J\u00F6rg"), "J\u00F6rg");
  EXPECT_EQ(stored("Jo\u0308rg"), "J\u00F6rg");       // NFD
  EXPECT_EQ(stored("\uFF21\uFF22"), "AB");            // fullwidth
  EXPECT_EQ(stored("a\u00A0b\u3000c"), "a b c");      // other spaces
  EXPECT_EQ(stored("\u00AD\u2060"), "");              // nothing is left
  EXPECT_EQ(stored("\u0627\u0644"), "\u0627\u0644");  // right to left
  EXPECT_EQ(stored("\U0001D11E"), "\U0001D11E");      // four octets
  EXPECT_EQ(stored("\uFDFA")->size(), 33U);           // the longest
}

TEST(Saslprep, WhatIsProhibited) {
  for (const std::string_view text :
       {"\u0085", "a\u200Ea", "\uE000", "\uFFFD", "\uFFFE", "\u2028", "\uFEFF\u202A", "\U000E0001",
        "a\u0627", "\u0627a\u0627", "\u0627."}) {
    EXPECT_EQ(stored(text), std::nullopt) << text;
  }
}

TEST(Saslprep, WhatIsNoUtf8) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"\xC3"sv, "J\xF6rg"sv, "\x80"sv, "\xC0\x80"sv, "\xC1\xA1"sv, "\xE0\x80\xAF"sv,
        "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv, "\xE2\x82"sv,
        "\xC3\0"sv, "\xC3\xB6\0x"sv, "\0\xC3\xB6"sv}) {
    EXPECT_EQ(stored(text), std::nullopt);
  }
}

// RFC 3454 §7: U+0221 came with Unicode 4.0.
TEST(Saslprep, WhatUnicodeHadNotYet) {
  EXPECT_EQ(saslprep("\u0221", Unassigned::refused), std::nullopt);
  EXPECT_EQ(saslprep("\u0221", Unassigned::allowed), "\u0221");
}

TEST(Saslprep, AtTheLimitAndBeyond) {
  const std::string most(max_saslprep_bytes, 'x');
  EXPECT_EQ(stored(most), most);
  EXPECT_EQ(stored(most + "x"), std::nullopt);
  std::string longest;
  while (longest.size() + 3 <= max_saslprep_bytes) longest += "\uFDFA";
  EXPECT_EQ(stored(longest)->size(), max_saslprep_bytes / 3 * 33);
  EXPECT_EQ(stored(longest + "\uFDFA"), std::nullopt);
}

}  // namespace
}  // namespace quoth::auth
