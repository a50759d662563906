#include <quoth/smtp/reply.hpp>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::smtp {
namespace {

std::string wire(const Reply& reply, Enhanced enhanced = Enhanced::yes) {
  std::string out;
  append_reply(out, reply, enhanced);
  return out;
}

TEST(Reply, Codes) {
  for (const unsigned code : {200U, 250U, 354U, 421U, 599U}) {
    EXPECT_EQ((Reply{code, "text"}).code(), code);
  }
  for (const unsigned code : {0U, 1U, 100U, 199U, 600U, 999U, 65786U, ~0U}) {
    EXPECT_THROW((Reply{code, "text"}), std::invalid_argument) << code;
  }
}

TEST(Reply, Classes) {
  EXPECT_TRUE((Reply{250, ""}).is_positive());
  EXPECT_TRUE((Reply{354, ""}).is_positive());
  EXPECT_FALSE((Reply{400, ""}).is_positive());
  EXPECT_TRUE((Reply{400, ""}).is_transient());
  EXPECT_TRUE((Reply{499, ""}).is_transient());
  EXPECT_FALSE((Reply{399, ""}).is_transient());
  EXPECT_FALSE((Reply{500, ""}).is_transient());
  EXPECT_TRUE((Reply{500, ""}).is_permanent());
  EXPECT_FALSE((Reply{499, ""}).is_permanent());
}

TEST(Reply, Closes) {
  EXPECT_FALSE((Reply{250, "OK"}).closes());
  EXPECT_TRUE((Reply{250, "OK"}).then_close().closes());
  EXPECT_TRUE((Reply{221, "bye"}).closes());  // RFC 5321 §3.8
  EXPECT_TRUE((Reply{421, "bye"}).closes());
  EXPECT_FALSE((Reply{554, "no"}).closes());
}

struct Leading {
  unsigned code;
  std::string_view text;
  EnhancedCode enhanced;
  std::string_view rest;
};

constexpr auto leading_codes = std::to_array<Leading>({
    {550, "5.1.1 no such user", {5, 1, 1}, "no such user"},
    {250, "2.0.0 OK", {2, 0, 0}, "OK"},
    {450, "4.2.0", {4, 2, 0}, ""},
    {550, "5.7.25 no PTR", {5, 7, 25}, "no PTR"},
    {550, "5.123.999 x", {5, 123, 999}, "x"},
    {550, "5.1.1  two spaces", {5, 1, 1}, " two spaces"},
    {550, "5.1.1 5.1.1 again", {5, 1, 1}, "5.1.1 again"},
    // Of another class, or no code at all: it is text (RFC 2034 §4).
    {550, "4.1.1 later", {}, "4.1.1 later"},
    {250, "5.1.1 no", {}, "5.1.1 no"},
    {354, "2.0.0 go", {}, "2.0.0 go"},
    {550, "5.1 x", {}, "5.1 x"},
    {550, "5.1.1.1 x", {}, "5.1.1.1 x"},
    {550, "5.1.1x", {}, "5.1.1x"},
    {550, "5.1.1\nx", {}, "5.1.1\nx"},
    {550, "5.1234.1 x", {}, "5.1234.1 x"},
    {550, "5.1.1000 x", {}, "5.1.1000 x"},
    {550, "5..1 x", {}, "5..1 x"},
    {550, "5.-1.1 x", {}, "5.-1.1 x"},
    {550, " 5.1.1 x", {}, " 5.1.1 x"},
    {550, "51.1.1 x", {}, "51.1.1 x"},
    {250, "2", {}, "2"},
    {250, "", {}, ""},
});

TEST(Reply, LeadingEnhancedCode) {
  for (const Leading& leading : leading_codes) {
    const Reply reply{leading.code, leading.text};
    EXPECT_EQ(reply.enhanced(), leading.enhanced) << leading.text;
    EXPECT_EQ(reply.enhanced().is_set(), leading.enhanced != EnhancedCode{}) << leading.text;
    EXPECT_EQ(reply.text(), leading.rest) << leading.text;
  }
}

TEST(Reply, Summary) {
  EXPECT_EQ((Reply{550, "5.1.1 no such user"}).summary(), "550 5.1.1 no such user");
  EXPECT_EQ((Reply{250, "OK"}).summary(), "250 OK");
  EXPECT_EQ((Reply{250, "first\nsecond"}).summary(), "250 first");
  EXPECT_EQ((Reply{250, ""}).summary(), "250");
  EXPECT_EQ((Reply{550, "5.1.1"}).summary(), "550 5.1.1");
}

TEST(AppendReply, OneLine) {
  EXPECT_EQ(wire({550, "5.1.1 no such user"}), "550 5.1.1 no such user\r\n");
  EXPECT_EQ(wire({250, "a\tb"}), "250 2.0.0 a\tb\r\n");
  EXPECT_EQ(wire({250, ""}, Enhanced::no), "250 \r\n");
}

TEST(AppendReply, ToWhatIsThere) {
  std::string out = "220 x\r\n";
  append_reply(out, {250, "OK"});
  EXPECT_EQ(out, "220 x\r\n250 2.0.0 OK\r\n");
}

TEST(AppendReply, EnhancedCodes) {
  EXPECT_EQ(wire({250, "OK"}), "250 2.0.0 OK\r\n");  // RFC 2034 §4: what lacks one gets one
  EXPECT_EQ(wire({451, "later"}), "451 4.0.0 later\r\n");
  EXPECT_EQ(wire({550, "4.1.1 odd"}), "550 5.0.0 4.1.1 odd\r\n");
  EXPECT_EQ(wire({354, "go ahead"}), "354 go ahead\r\n");
  EXPECT_EQ(wire({550, "5.7.1 no"}, Enhanced::no), "550 no\r\n");
}

TEST(AppendReply, SeveralLines) {
  // RFC 2034 §4: the code stands on every line.
  EXPECT_EQ(wire({250, "2.1.0 one\ntwo\nthree"}),
            "250-2.1.0 one\r\n250-2.1.0 two\r\n250 2.1.0 three\r\n");
  EXPECT_EQ(wire({250, "x.test\nPIPELINING\nSIZE 10"}, Enhanced::no),
            "250-x.test\r\n250-PIPELINING\r\n250 SIZE 10\r\n");
  EXPECT_EQ(wire({250, "one\n\nthree"}, Enhanced::no), "250-one\r\n250-\r\n250 three\r\n");
  EXPECT_EQ(wire({250, "one\n"}, Enhanced::no), "250 one\r\n");
  EXPECT_EQ(wire({250, "\n"}, Enhanced::no), "250 \r\n");
  EXPECT_EQ(wire({250, "\none"}, Enhanced::no), "250-\r\n250 one\r\n");
}

TEST(AppendReply, NothingBreaksOut) {
  using namespace std::string_view_literals;
  EXPECT_EQ(wire({550, "no\r\n250 yes"}), "550-5.0.0 no?\r\n550 5.0.0 250 yes\r\n");
  EXPECT_EQ(wire({550, "no\r250 yes"}), "550 5.0.0 no?250 yes\r\n");
  EXPECT_EQ(wire({550, "a\0b\x1b[2J\x7f"sv}), "550 5.0.0 a?b?[2J?\r\n");
  EXPECT_EQ(wire({550, "caf\xc3\xa9 \xff"sv}), "550 5.0.0 caf?? ?\r\n");
}

TEST(AppendReply, EveryOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    if (octet == '\n') continue;
    const char c = static_cast<char>(octet);
    const bool is_shown = (octet >= 0x20 && octet < 0x7f) || octet == '\t';
    EXPECT_EQ(wire({250, std::string(1, c)}, Enhanced::no),
              std::string{"250 "} + (is_shown ? c : '?') + "\r\n")
        << octet;
  }
}

TEST(AppendReply, LongestLineAndOneMore) {
  // RFC 5321 §4.5.3.1.5: 512 octets with the CRLF.
  const std::string fits(506, 'x');
  EXPECT_EQ(wire({250, fits}, Enhanced::no), "250 " + fits + "\r\n");
  EXPECT_EQ(wire({250, fits + "y"}, Enhanced::no), "250-" + fits + "\r\n250 y\r\n");
  EXPECT_EQ(wire({250, fits + "\ny"}, Enhanced::no), "250-" + fits + "\r\n250 y\r\n");
  const std::string enhanced(500, 'x');
  EXPECT_EQ(wire({550, "5.1.1 " + enhanced}), "550 5.1.1 " + enhanced + "\r\n");
  EXPECT_EQ(wire({550, "5.1.1 " + enhanced + "y"}),
            "550-5.1.1 " + enhanced + "\r\n550 5.1.1 y\r\n");
}

TEST(AppendReply, VeryLongTextIsFolded) {
  const std::string out = wire({550, "5.123.456 " + std::string(64 << 10, 'x')});
  std::string_view rest = out;
  std::size_t text = 0;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    ASSERT_NE(end, std::string_view::npos);
    ASSERT_LE(end + 2, 512U);
    const bool is_last = end + 2 == rest.size();
    ASSERT_TRUE(rest.starts_with(is_last ? "550 5.123.456 " : "550-5.123.456 "));
    text += end - 14;
    rest.remove_prefix(end + 2);
  }
  EXPECT_EQ(text, std::size_t{64} << 10U);
}

}  // namespace
}  // namespace quoth::smtp
