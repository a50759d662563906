#include "core/base64.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace quoth {
namespace {

// The examples of RFC 4648 §10.
TEST(Base64, EncodesAndDecodes) {
  for (const auto& [octets, text] : {std::pair<std::string_view, std::string_view>{"", ""},
                                     {"f", "Zg=="},
                                     {"fo", "Zm8="},
                                     {"foo", "Zm9v"},
                                     {"foob", "Zm9vYg=="},
                                     {"fooba", "Zm9vYmE="},
                                     {"foobar", "Zm9vYmFy"},
                                     {"\xFB\xFF\xBF", "+/+/"}}) {
    EXPECT_EQ(encode_base64(octets), text);
    EXPECT_EQ(decode_base64(text), octets);
  }
}

TEST(Base64, WhatIsNone) {
  for (const std::string_view text :
       {"Z",        "Zg",       "Zg=",      "Zg===",    "=",     "==",         "====",
        "Z===",     "Zm9vZg",   "Zg==Zg==", "Zg==\r\n", "Zg= =", " Zg==",      "Zg\n==",
        "Zm9v\r\n", "Zm8=Zm9v", "Zm=8",     "=Zm8",     "Zm9-",  "Zm9_",       "Zm9\x80",
        "Zm9v====", "*",        "Zm9v*",    "Zm9\xC3",  "Z g=",  "Zm9vYmE=\n", "Zm9v    "}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
  EXPECT_EQ(decode_base64(std::string_view{"Zm9\0", 4}), std::nullopt);
}

// Otherwise one text would have many forms (RFC 4648 §3.5).
TEST(Base64, BitsThatAreNotUsedAreZero) {
  for (const std::string_view text : {"Zh==", "Zv==", "Zm9=", "Zm+="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, EachOctetComesBackInEachPlace) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    for (std::size_t size = 1; size <= 6; ++size) {
      std::string octets(size, 'x');
      octets[octet % size] = static_cast<char>(octet);
      EXPECT_EQ(decode_base64(encode_base64(octets)), octets);
    }
  }
}

TEST(Base64, EachOtherOctetInEachPlaceIsRefused) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned octet = 0; octet < 256; ++octet) {
    if (alphabet.find(static_cast<char>(octet)) != std::string_view::npos) continue;
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "Zm9vYmFy";
      text[at] = static_cast<char>(octet);
      EXPECT_EQ(decode_base64(text).has_value(), false) << octet << " at " << at;
    }
  }
}

}  // namespace
}  // namespace quoth
