#include "conform/reply.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::conform {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Reply one(std::string_view octets) {
  ReplyReader reader;
  reader.feed(octets);
  std::optional<Reply> reply = reader.next();
  EXPECT_TRUE(reply) << octets;
  EXPECT_EQ(reader.pending(), "");
  return reply.value_or(Reply{});
}

TEST(ReplyReader, OneLine) {
  const Reply reply = one("250 2.1.0 OK\r\n");
  EXPECT_EQ(reply.code, 250U);
  EXPECT_THAT(reply.lines, ElementsAre("2.1.0 OK"));
  EXPECT_THAT(reply.defects, IsEmpty());
  EXPECT_EQ(reply.octets, "250 2.1.0 OK\r\n");
}

TEST(ReplyReader, SeveralLines) {
  const Reply reply = one("250-a\r\n250-b c\r\n250 d\r\n");
  EXPECT_THAT(reply.lines, ElementsAre("a", "b c", "d"));
  EXPECT_THAT(reply.defects, IsEmpty());
}

TEST(ReplyReader, CodeAlone) { EXPECT_THAT(one("250\r\n").lines, ElementsAre("")); }

TEST(ReplyReader, SeveralReplies) {
  ReplyReader reader;
  reader.feed("220 a\r\n250-b\r\n250 c\r\n35");
  EXPECT_EQ(reader.next()->code, 220U);
  EXPECT_EQ(reader.next()->lines.size(), 2U);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.pending(), "35");
  reader.feed("4 go\r\n");
  EXPECT_EQ(reader.next()->code, 354U);
}

TEST(ReplyReader, CutAtEachOctet) {
  const std::string_view octets = "250-first\r\n250-\r\n250 last\r\n421 x\r\n";
  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    ReplyReader reader;
    std::vector<Reply> replies;
    for (const std::string_view part : {octets.substr(0, cut), octets.substr(cut)}) {
      reader.feed(part);
      while (std::optional<Reply> reply = reader.next()) replies.push_back(*std::move(reply));
    }
    ASSERT_EQ(replies.size(), 2U) << cut;
    EXPECT_THAT(replies[0].lines, ElementsAre("first", "", "last"));
    EXPECT_EQ(replies[1].code, 421U);
  }
}

TEST(ReplyReader, Defects) {
  EXPECT_THAT(one("250 ok\n").defects, ElementsAre(Defect::bare_lf));
  EXPECT_THAT(one("250 o\rk\r\n").defects, ElementsAre(Defect::bare_cr));
  EXPECT_THAT(one("250 ok\r\r\n").defects, ElementsAre(Defect::bare_cr));
  EXPECT_THAT(one("250-a\r\n251 b\r\n").defects, ElementsAre(Defect::mixed_codes));
  EXPECT_THAT(one("250_a\r\n").defects, ElementsAre(Defect::bad_separator));
  EXPECT_THAT(one("250 \x1b[2J\r\n").defects, ElementsAre(Defect::bad_octet));
  EXPECT_THAT(one("250 gr\xc3\xbc\xc3\x9f\r\n").defects, ElementsAre(Defect::high_octet));
  EXPECT_THAT(one("\r\n").defects, ElementsAre(Defect::not_a_reply));
  EXPECT_THAT(one("hello\r\n").defects, ElementsAre(Defect::not_a_reply));
  EXPECT_THAT(one("250 a\tb\r\n").defects, IsEmpty());
}

TEST(ReplyReader, CodesThatAreNone) {
  for (const char* const line : {"199 x\r\n", "600 x\r\n", "260 x\r\n", "25 x\r\n", "25a x\r\n"}) {
    EXPECT_EQ(one(line).code, 0U) << line;
  }
}

TEST(ReplyReader, LineLength) {
  EXPECT_THAT(one("250 " + std::string(506, 'x') + "\r\n").defects, IsEmpty());
  EXPECT_THAT(one("250 " + std::string(507, 'x') + "\r\n").defects, ElementsAre(Defect::too_long));
}

TEST(Enhanced, IsRead) {
  EXPECT_EQ(parse_enhanced("2.1.5 fine"), (EnhancedCode{2, 1, 5}));
  EXPECT_EQ(parse_enhanced("5.7.999"), (EnhancedCode{5, 7, 999}));
  for (const char* const text :
       {"", "2", "2.1", "2.1.", "2.1.5x", "3.0.0 x", "2.1.1000", "2 .1.5", "a.b.c", "22.1.1"}) {
    EXPECT_FALSE(parse_enhanced(text)) << text;
  }
}

}  // namespace
}  // namespace quoth::conform
