#include "smtp/xtext.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::smtp {
namespace {

TEST(Xtext, Decodes) {
  EXPECT_EQ(decode_xtext(""), "");
  EXPECT_EQ(decode_xtext("Ann@client.test"), "Ann@client.test");
  EXPECT_EQ(decode_xtext("a+40b"), "a@b");
  EXPECT_EQ(decode_xtext("+2B+3D+20"), "+= ");
  EXPECT_EQ(decode_xtext("+0D+0A"), "\r\n");  // who may have them is for the caller to say
  EXPECT_EQ(decode_xtext("!~\\"), "!~\\");
}

TEST(Xtext, WhatIsNone) {
  for (const std::string_view text : {"+", "+4", "+4g", "+4b", "+b4", "a=b", "a b", "a\x7f", "a\t",
                                      "\xC3\xA9", "+ 1", "++41", "+-1"}) {
    EXPECT_EQ(decode_xtext(text), std::nullopt) << text;
  }
}

TEST(Xtext, EachOctetComesBack) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string text(1, static_cast<char>(octet));
    const std::string encoded = encode_xtext(text);
    EXPECT_EQ(decode_xtext(encoded), text) << octet;
    EXPECT_TRUE(encoded == text || encoded.size() == 3) << octet;
    EXPECT_TRUE(is_printable_ascii(encoded)) << octet;
    EXPECT_EQ(is_printable_ascii(text), octet >= 0x20 && octet < 0x7f);
  }
}

TEST(Utf8Address, Decodes) {
  EXPECT_EQ(decode_utf8_address("ann@client.test"), "ann@client.test");
  EXPECT_EQ(decode_utf8_address("jos\\x{E9}"), "jos\xC3\xA9");
  EXPECT_EQ(decode_utf8_address("jos\xC3\xA9"), "jos\xC3\xA9");
  EXPECT_EQ(decode_utf8_address("\\x{20}\\x{2B}\\x{3D}\\x{5C}"), " +=\\");
  EXPECT_EQ(decode_utf8_address("\\x{FFF}\\x{20AC}\\x{10FFFF}"),
            "\xE0\xBF\xBF\xE2\x82\xAC\xF4\x8F\xBF\xBF");
}

TEST(Utf8Address, WhatIsNone) {
  for (const std::string_view text :
       {"a+b",          "a=b",      "a b",          "a\\b",      "\\x",         "\\x{",
        "\\x{}",        "\\x{4}",   "\\x{E9",       "\\x{e9}",   "\\xE9}",      "\\x{41}",
        "\\x{0E9}",     "\\x{020}", "\\x{D800}",    "\\x{DFFF}", "\\x{110000}", "\\x{0000E9}",
        "\\x{1000000}", "\\x{0D}",  "\\x{00}",      "\\x{7F}",   "\\x{85}",     "\\x{9B}",
        "\xC3",         "\xC2\x85", "\xED\xA0\x80", "a\x7f",     "a\n"}) {
    EXPECT_EQ(decode_utf8_address(text), std::nullopt) << text;
  }
}

TEST(Utf8Address, ComesBack) {
  for (const std::string_view text :
       {"", "ann@client.test", "jos\xC3\xA9@caf\xC3\xA9.test", " +=\\",
        "\xE0\xBF\xBF\xE2\x82\xAC\xF4\x8F\xBF\xBF\xC2\xA0"}) {
    const std::string encoded = encode_utf8_address(text);
    EXPECT_TRUE(is_printable_ascii(encoded)) << encoded;
    EXPECT_EQ(decode_utf8_address(encoded), text) << encoded;
  }
}

}  // namespace
}  // namespace quoth::smtp
