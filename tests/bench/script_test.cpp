#include "bench/script.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

Options options(Scenario scenario) {
  Options result;
  result.scenario = scenario;
  result.sender = "ann@example.org";
  result.recipient = "bob{n}@example.org";
  result.helo = "client.example.org";
  return result;
}

std::vector<std::string> octets(const std::vector<Step>& steps) {
  std::vector<std::string> result;
  for (const Step& step : steps) result.push_back(step.octets);
  return result;
}

std::vector<unsigned> codes(const Step& step) {
  std::vector<unsigned> result;
  for (const Expected& each : step.replies) result.push_back(each.code);
  return result;
}

TEST(BenchScript, EachCommandWaitsForItsReply) {
  const Script script = Script::of(options({.size = 300, .recipients = 2}));
  EXPECT_THAT(octets(script.opening), ElementsAre("", "EHLO client.example.org\r\n"));
  ASSERT_EQ(script.message.size(), 5U);
  EXPECT_EQ(script.message[0].octets, "MAIL FROM:<ann@example.org>\r\n");
  EXPECT_EQ(script.message[1].octets, "RCPT TO:<bob1@example.org>\r\n");
  EXPECT_EQ(script.message[2].octets, "RCPT TO:<bob2@example.org>\r\n");
  EXPECT_EQ(script.message[3].octets, "DATA\r\n");
  EXPECT_EQ(script.message[4].octets.size(), 300U + 3U);
  EXPECT_THAT(script.message[4].octets, EndsWith("\r\n.\r\n"));
  EXPECT_EQ(script.quit.octets, "QUIT\r\n");
}

TEST(BenchScript, PipeliningWritesUpToDataAtOnce) {
  const Script script = Script::of(options({.size = 300, .recipients = 2, .is_pipelining = true}));
  ASSERT_EQ(script.message.size(), 2U);
  EXPECT_THAT(script.message[0].octets, EndsWith("DATA\r\n"));
  EXPECT_THAT(codes(script.message[0]), ElementsAre(250, 250, 250, 354));
  EXPECT_THAT(codes(script.message[1]), ElementsAre(250));
}

TEST(BenchScript, LmtpHasAReplyForEachRecipient) {
  const Script script = Script::of(options({.size = 300, .recipients = 3, .is_lmtp = true}));
  EXPECT_THAT(script.opening.back().octets, HasSubstr("LHLO"));
  EXPECT_THAT(codes(script.message.back()), ElementsAre(250, 250, 250));
}

TEST(BenchScript, BdatCutsTheTextIntoChunks) {
  const Script script =
      Script::of(options({.size = 300, .is_bdat = true, .chunk = 140, .is_lmtp = false}));
  ASSERT_EQ(script.message.size(), 5U);
  EXPECT_THAT(script.message[2].octets, testing::StartsWith("BDAT 140\r\n"));
  EXPECT_THAT(script.message[3].octets, testing::StartsWith("BDAT 140\r\n"));
  EXPECT_THAT(script.message[4].octets, testing::StartsWith("BDAT 20 LAST\r\n"));
  EXPECT_EQ(script.message[4].octets.size(), std::string_view{"BDAT 20 LAST\r\n"}.size() + 20);
}

TEST(BenchScript, PipelinedBdatIsOneWrite) {
  const Script script =
      Script::of(options({.size = 300, .is_pipelining = true, .is_bdat = true, .chunk = 200}));
  ASSERT_EQ(script.message.size(), 1U);
  EXPECT_THAT(codes(script.message[0]), ElementsAre(250, 250, 250, 250));
}

TEST(BenchScript, BehindStarttlsAllBeginsAgain) {
  Options with = options({.size = 300, .tls = Tls::starttls});
  with.user = "ann";
  with.password = "secret";
  const Script script = Script::of(with);
  EXPECT_THAT(octets(script.opening),
              ElementsAre("", "EHLO client.example.org\r\n", "STARTTLS\r\n",
                          "EHLO client.example.org\r\n", "AUTH PLAIN AGFubgBzZWNyZXQ=\r\n"));
  EXPECT_EQ(script.opening[2].after, Step::After::start_tls);
}

TEST(BenchText, IsAsLongAsWantedAndOfPlainLines) {
  const Options with = options({});
  const std::size_t least = least_text_size(with);
  for (std::size_t size = least; size < least + 400; ++size) {
    const std::string text = make_text(with, size);
    ASSERT_EQ(text.size(), size);
    ASSERT_THAT(text, EndsWith("\r\n"));
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n");
      ASSERT_NE(end, std::string_view::npos) << size;
      ASSERT_LE(end, 78U);
      ASSERT_EQ(rest.substr(0, end).find_first_of("\r\n"), std::string_view::npos) << size;
      ASSERT_FALSE(rest.starts_with('.'));
      rest.remove_prefix(end + 2);
    }
  }
}

}  // namespace
}  // namespace quoth::bench
