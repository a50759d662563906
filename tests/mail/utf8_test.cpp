#include "mail/utf8.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::mail {
namespace {

TEST(Utf8, EachCharacterOverAscii) {
  for (char32_t character = 0x80; character <= 0x10FFFF; ++character) {
    if (character == 0xD800) character = 0xE000;  // surrogates are no characters
    std::string text;
    append_utf8(text, character);
    ASSERT_EQ(high_character_at(text + "x"), text.size()) << static_cast<unsigned>(character);
    ASSERT_EQ(visible_high_character_at(text), character < 0xA0 ? 0 : text.size());
    ASSERT_EQ(high_character_at(std::string_view{text}.substr(0, text.size() - 1)), 0U);
    ASSERT_FALSE(is_ascii(text));
  }
}

TEST(Utf8, Ascii) {
  for (char32_t character = 0; character < 0x80; ++character) {
    std::string text;
    append_utf8(text, character);
    EXPECT_EQ(text, std::string(1, static_cast<char>(character)));
    EXPECT_EQ(high_character_at(text), 0U);
    EXPECT_TRUE(is_ascii(text));
  }
  EXPECT_EQ(high_character_at(""), 0U);
  EXPECT_EQ(high_character_at("x\xC3\xA9"), 0U);
}

TEST(Utf8, WhatIsNoCharacter) {
  constexpr auto bad = std::to_array<std::string_view>({
      "\x80",
      "\xBF",
      "\xC0\x80",
      "\xC1\xBF",
      "\xC3",
      "\xC3(",
      "\xC3\xC3",
      "\xE0\x80\x80",
      "\xE0\x9F\xBF",  // overlong
      "\xE2\x82",
      "\xE2(\xA1",
      "\xE2\x82(",
      "\xED\xA0\x80",  // U+D800
      "\xED\xBF\xBF",  // U+DFFF
      "\xF0\x8F\xBF\xBF",
      "\xF0\x9F\x98",
      "\xF4\x90\x80\x80",  // U+110000
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80",
      "\xFE",
      "\xFF",
  });
  for (const std::string_view text : bad) EXPECT_EQ(high_character_at(text), 0U) << text;
}

TEST(Utf8, AsciiOrNotWhereverTheOctetStands) {
  for (std::size_t size = 0; size <= 20; ++size) {
    const std::string text(size, 'a');
    EXPECT_TRUE(is_ascii(text));
    for (std::size_t at = 0; at < size; ++at) {
      std::string high = text;
      high[at] = '\x80';
      EXPECT_FALSE(is_ascii(high));
    }
  }
}

}  // namespace
}  // namespace quoth::mail
