#include "bench/reply_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

using testing::ElementsAre;

/// "250 none", for each reply that comes of these pieces.
std::vector<std::string> replies(const std::vector<std::string_view>& pieces) {
  ReplyReader reader;
  std::vector<std::string> result;
  for (std::string_view input : pieces) {
    while (const std::optional<Reply> reply = reader.next(input)) {
      const std::string_view defect = describe(reply->defect);
      result.push_back(std::to_string(reply->code) + (defect.empty() ? "" : ": ") +
                       std::string{defect} + " | " + std::string{reply->octets});
    }
    EXPECT_EQ(input, "");
  }
  return result;
}

Reply one(std::string_view octets) {
  static std::string kept;
  kept = octets;
  ReplyReader reader;
  std::string_view input = kept;
  const std::optional<Reply> reply = reader.next(input);
  EXPECT_TRUE(reply) << octets;
  EXPECT_EQ(input, "") << octets;
  return reply.value_or(Reply{});
}

TEST(BenchReplies, OneLine) {
  const Reply reply = one("250 2.1.0 OK\r\n");
  EXPECT_EQ(reply.code, 250U);
  EXPECT_EQ(reply.defect, Defect::none);
  EXPECT_EQ(reply.octets, "250 2.1.0 OK\r\n");
}

TEST(BenchReplies, CodeAlone) { EXPECT_EQ(one("354\r\n").defect, Defect::none); }

TEST(BenchReplies, SeveralLinesAreOneReply) {
  EXPECT_THAT(replies({"250-a\r\n250-b\r\n250 c\r\n221 d\r\n"}),
              ElementsAre("250 | 250-a\r\n250-b\r\n250 c\r\n", "221 | 221 d\r\n"));
}

TEST(BenchReplies, CutAtEachOctetTheyAreTheSame) {
  const std::string_view octets =
      "220 hello\r\n250-a\r\n250-\r\n250 c\r\n354 go\n999 x\r\n250-x\r\n251 y\r\n421\r\n";
  const std::vector<std::string> whole = replies({octets});
  EXPECT_EQ(whole.size(), 6U);
  for (std::size_t first = 0; first <= octets.size(); ++first) {
    for (std::size_t second = first; second <= octets.size(); ++second) {
      EXPECT_EQ(replies({octets.substr(0, first), octets.substr(first, second - first),
                         octets.substr(second)}),
                whole)
          << first << ' ' << second;
    }
  }
}

TEST(BenchReplies, OctetByOctetTheyAreTheSame) {
  const std::string_view octets = "250-a\r\n250 b\r\n354 go\r\n";
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < octets.size(); ++i) pieces.push_back(octets.substr(i, 1));
  EXPECT_EQ(replies(pieces), replies({octets}));
}

TEST(BenchReplies, WhatIsNoReply) {
  for (const std::string_view octets :
       {"\r\n", "25\r\n", "hello\r\n", "650 x\r\n", "260 x\r\n", "2x0 a\r\n", " 250 x\r\n"}) {
    const Reply reply = one(octets);
    EXPECT_EQ(reply.defect, Defect::not_a_reply) << octets;
    EXPECT_EQ(reply.code, 0U) << octets;
  }
}

TEST(BenchReplies, Malformed) {
  EXPECT_EQ(one("250 x\n").defect, Defect::bare_lf);
  EXPECT_EQ(one("250-x\n250 y\r\n").defect, Defect::bare_lf);
  EXPECT_EQ(one("250-x\r\n251 y\r\n").defect, Defect::mixed_codes);
  EXPECT_EQ(one("250-x\r\nwhat\r\n").defect, Defect::not_a_reply);
  EXPECT_EQ(one("250_x\r\n").defect, Defect::bad_separator);
  EXPECT_EQ(one("250 a\rb\r\n").defect, Defect::bad_octet);
  EXPECT_EQ(one("250 \x1b[m\r\n").defect, Defect::bad_octet);
  EXPECT_EQ(one("250 \xc3\xa4\r\n").defect, Defect::bad_octet);
  EXPECT_EQ(one("250 a\tb\r\n").defect, Defect::none);
}

TEST(BenchReplies, LinesHaveALimit) {
  EXPECT_EQ(one("250 " + std::string(506, 'x') + "\r\n").defect, Defect::none);
  EXPECT_EQ(one("250 " + std::string(507, 'x') + "\r\n").defect, Defect::too_long);
}

TEST(BenchReplies, WithoutEndTheyAreGivenUp) {
  ReplyReader reader;
  const std::string line = "250-x\r\n";
  std::optional<Reply> reply;
  for (int i = 0; i < 20'000 && !reply; ++i) {
    std::string_view input = line;
    reply = reader.next(input);
  }
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->defect, Defect::too_long);
  EXPECT_LT(reply->octets.size(), 70'000U);
}

}  // namespace
}  // namespace quoth::bench
