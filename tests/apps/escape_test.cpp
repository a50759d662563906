#include "apps/quoth/escape.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json(text, out);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(text, out);
  return out;
}

TEST(Escape, JsonIsAlwaysUtf8) {
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("a\r\nb\t\x7f"), R"("a\u000d\u000ab\u0009\u007f")");
  EXPECT_EQ(json("ä→😀"), "\"ä→😀\"");
  EXPECT_EQ(json("\xff\xc3"), R"("\u00ff\u00c3")");
  EXPECT_EQ(json("\xc0\xaf"), R"("\u00c0\u00af")");            // too long a form
  EXPECT_EQ(json("\xed\xa0\x80"), R"("\u00ed\u00a0\u0080")");  // a surrogate
  EXPECT_EQ(json("\xf4\x90\x80\x80"), R"("\u00f4\u0090\u0080\u0080")");
  EXPECT_EQ(json(std::string_view{"\0", 1}), R"("\u0000")");
  EXPECT_EQ(json("\xe2\x82"), R"("\u00e2\u0082")");  // cut off
}

TEST(Escape, NothingReachesTheTerminal) {
  EXPECT_EQ(escaped("a\x1b[31mb"), "a\\x1B[31mb");
  EXPECT_EQ(escaped("a\nb\r"), "a\\x0Ab\\x0D");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "5n"),
            "\\xC2\\x9B5n");  // C1: another CSI
  EXPECT_EQ(escaped("\x9b"
                    "5n"),
            "\\x9B5n");
  EXPECT_EQ(escaped("\xe2\x80\xae"
                    "gpj"),
            "\\xE2\\x80\\xAEgpj");  // turns the direction
  EXPECT_EQ(escaped("\\x1B"), "\\\\x1B");
  EXPECT_EQ(escaped("ä → ok"), "ä → ok");
}

TEST(Escape, ALineOfAFileKeepsTabsAndBackslashes) {
  EXPECT_EQ(escaped_line("\ta\\b\x1b"), "\ta\\b\\x1B");
}

}  // namespace
}  // namespace quoth::app
