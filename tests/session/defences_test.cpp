// What a session does against clients that mean no good: at each limit and one past it, with its
// counter, its one line in the log, and the reason of the end.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::session {
namespace {

using namespace std::chrono_literals;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// A server that takes everything and notes why each client has gone.
class DefencesTest : public testing::Test {
 protected:
  DefencesTest() {
    options_.log = &log_;
    options_.defences.overload_percent.reset();
  }

  void make() {
    server_ = std::make_unique<TestServer>(options_);
    server_->on<event::Rcpt>("some", [](event::Rcpt& rcpt) {
      return rcpt.recipient.local() == "nobody" ? reject("5.1.1 nobody") : pass();
    });
    server_->on<event::Reset>("note", [this](event::Reset&) { ends_.add("reset"); });
    server_->on<event::Disconnect>(
        "note", [this](event::Disconnect& e) { ends_.add(std::string{e.reason}); });
    support::accept_all(*server_);
  }

  /// A client that has the banner and said EHLO.
  SmtpClient start() {
    make();
    server_->start();
    return support::greeted(*server_);
  }

  [[nodiscard]] std::uint64_t count(Defence defence) const {
    return server_->defences().get(defence);
  }

  /// That the defence acted once, and the connection ended for that reason.
  void expect_end(Defence defence, const std::string& reason, std::string_view level = "info") {
    EXPECT_TRUE(ends_.wait_for(reason));
    EXPECT_EQ(count(defence), 1U);
    const std::string name{defence_name(defence)};
    const std::string begin = std::string{level} + " defence defence=" + name + " sess=";
    const std::vector<std::string> lines = log_.all();
    const auto is_line = [&](const std::string& line) {
      return line.find("defence=" + name) != std::string::npos;
    };
    ASSERT_EQ(std::ranges::count_if(lines, is_line), 1);
    EXPECT_THAT(*std::ranges::find_if(lines, is_line),
                AllOf(StartsWith(begin), HasSubstr("ip=127.0.0.1")));
  }

  support::LogRecorder log_;
  ServerOptions options_ = support::test_options();
  Recorder ends_;
  std::unique_ptr<TestServer> server_;
};

// ---- early talkers

TEST_F(DefencesTest, WhoTalksBeforeTheBannerIsGone) {
  options_.defences.banner_delay = 3s;
  make();
  server_->start();
  SmtpClient client = server_->client();
  client.send("EHLO client.test\r\nMAIL FROM:<a@b>\r\n");
  EXPECT_EQ(client.rest(), "554 5.5.0 you talk before the greeting\r\n");
  expect_end(Defence::early_talker, "talked before the banner");
}

TEST_F(DefencesTest, WhoTalksWhileAConnectHandlerWaitsIsAnEarlyTalkerToo) {
  make();
  Recorder seen;
  support::Hold hold{seen};
  server_->on<event::Connect>("wait", [&](event::Connect&) { return hold.decide(pass()); });
  server_->start();
  SmtpClient client = server_->client();
  ASSERT_TRUE(seen.wait_for("waits"));
  client.send("E");
  hold.let_go();
  EXPECT_EQ(client.rest(), "554 5.5.0 you talk before the greeting\r\n");
  expect_end(Defence::early_talker, "talked before the banner");
}

TEST_F(DefencesTest, WhoTalksBeforeTheBannerIsServedWhereThatMayBe) {
  options_.defences.refuse_early_talkers = false;
  make();
  Recorder seen;
  support::Hold hold{seen};
  server_->on<event::Connect>("wait", [&](event::Connect&) { return hold.decide(pass()); });
  server_->start();
  SmtpClient client = server_->client();
  ASSERT_TRUE(seen.wait_for("waits"));
  client.send("EHLO client.test\r\n");
  hold.let_go();
  EXPECT_THAT(client.reply(), StartsWith("220"));
  EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_EQ(count(Defence::early_talker), 0U);
}

TEST_F(DefencesTest, WhoWaitsHasTheBannerRightAfterItsDelay) {
  options_.defences.banner_delay = 30ms;
  make();
  server_->start();
  const auto begin = std::chrono::steady_clock::now();
  SmtpClient client = server_->client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 29ms);
  EXPECT_THAT(client.command("EHLO client.test"), StartsWith("250"));
  EXPECT_EQ(count(Defence::early_talker), 0U);
}

TEST_F(DefencesTest, WhoGoesBeforeTheBannerIsNoEarlyTalker) {
  options_.defences.banner_delay = 3s;
  make();
  server_->start();
  SmtpClient client = server_->client();
  client.close();
  EXPECT_TRUE(ends_.wait_for("closed by client"));
  EXPECT_EQ(count(Defence::early_talker), 0U);
}

TEST_F(DefencesTest, AStopDoesNotWaitForTheBanner) {
  options_.defences.banner_delay = 3s;
  make();
  Recorder seen;
  server_->on<event::Connect>("note", [&](event::Connect&) {
    seen.add("connect");
    return pass();
  });
  server_->start();
  SmtpClient client = server_->client();
  ASSERT_TRUE(seen.wait_for("connect"));
  server_->stop(1h);
  EXPECT_THAT(client.rest(), HasSubstr("421 4.3.2"));
  server_->wait();
}

// ---- pipelining

TEST_F(DefencesTest, WhoGoesOnBehindAGreetingIsGone) {
  make();
  server_->start();
  for (const char* const greeting : {"EHLO client.test\r\n", "HELO client.test\r\n"}) {
    SmtpClient client = server_->client();
    client.reply();
    client.send(std::string{greeting} + "MAIL FROM:<a@b>\r\n");
    EXPECT_THAT(client.rest(),
                AllOf(StartsWith("250"), testing::EndsWith("\n554 5.5.0 wait for the reply to this "
                                                           "command, closing connection\r\n")));
  }
  EXPECT_EQ(count(Defence::bad_pipelining), 2U);
  EXPECT_TRUE(ends_.wait_for("bad pipelining"));
  EXPECT_THAT(log_.wait_for_part("defence=bad_pipelining"), StartsWith("info defence "));
}

TEST_F(DefencesTest, BadPipeliningHasOneLine) {
  make();
  server_->start();
  SmtpClient client = server_->client();
  client.reply();
  client.send("EHLO client.test\r\nN");
  client.rest();
  expect_end(Defence::bad_pipelining, "bad pipelining");
}

TEST_F(DefencesTest, LhloEndsAGroupToo) {
  options_.protocol = smtp::Protocol::lmtp;
  make();
  server_->start();
  SmtpClient client = server_->client();
  client.reply();
  client.send("LHLO client.test\r\nMAIL FROM:<a@b>\r\n");
  EXPECT_THAT(client.rest(), HasSubstr("\n554 5.5.0 wait"));
  expect_end(Defence::bad_pipelining, "bad pipelining");
}

TEST_F(DefencesTest, WhoGoesOnBehindAGreetingIsServedWhereThatMayBe) {
  options_.defences.refuse_bad_pipelining = false;
  make();
  server_->start();
  SmtpClient client = server_->client();
  client.reply();
  client.send("EHLO client.test\r\nMAIL FROM:<a@b>\r\nQUIT\r\n");
  EXPECT_THAT(client.reply(), StartsWith("250-mx.test"));
  EXPECT_THAT(client.reply(), StartsWith("250 2.1.0"));
  EXPECT_THAT(client.reply(), StartsWith("221"));
  EXPECT_EQ(count(Defence::bad_pipelining), 0U);
}

TEST_F(DefencesTest, GroupsOfCommandsAndMessagesAreWelcome) {
  SmtpClient client = start();
  const std::string message = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n";
  client.send(message + message + "RSET\r\nEHLO again.test\r\n");
  for (int i = 0; i < 2; ++i) {
    for (const char* const expected : {"250 2.1.0", "250 2.1.5", "354", "250 2.0.0 OK queued"}) {
      EXPECT_THAT(client.reply(), StartsWith(expected));
    }
  }
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0"));
  EXPECT_THAT(client.reply(), StartsWith("250-mx.test"));
  EXPECT_EQ(count(Defence::bad_pipelining), 0U);
}

// ---- other protocols

TEST_F(DefencesTest, WhoSpeaksSomethingElseIsGone) {
  make();
  server_->start();
  const std::string tls{"\x16\x03\x01\x02\x00\x01\x00", 7};
  for (const std::string& hello : {std::string{"POST / HTTP/1.1\r\nHost: mx.test\r\n\r\n"}, tls,
                                   std::string{"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"},
                                   std::string{"SSH-2.0-OpenSSH_9.2\r\n"}}) {
    SmtpClient client = server_->client();
    client.reply();
    client.send(hello);
    EXPECT_THAT(client.rest(), StartsWith("421 4.7.0 this is SMTP"));
  }
  EXPECT_EQ(count(Defence::other_protocol), 4U);
}

TEST_F(DefencesTest, HttpHasOneLineAndAReason) {
  SmtpClient client = start();
  client.send("GET / HTTP/1.1\r\nHost: mx.test\r\n\r\n");
  client.rest();
  expect_end(Defence::other_protocol, "no SMTP");
}

TEST_F(DefencesTest, ATlsHelloHasOneLineAndAReason) {
  SmtpClient client = start();
  client.send("\x16\x03\x01");
  client.rest();
  expect_end(Defence::other_protocol, "no SMTP");
}

// ---- limits of a conversation

TEST_F(DefencesTest, ErrorsBelowTheLimitAreForgivenTheNextIsTheLast) {
  options_.limits.errors = 3;
  SmtpClient client = start();
  support::converse(client, {{"WHAT", "500"}, {"MAIL FROM:<>", "250"}, {"WHAT", "500"}});
  EXPECT_EQ(count(Defence::errors), 0U);
  EXPECT_THAT(client.command("WHAT"), StartsWith("421 4.7.0 too many errors"));
  EXPECT_EQ(client.rest(), "");
  expect_end(Defence::errors, "too many errors");
  EXPECT_EQ(ends_.count("reset"), 1U);
}

TEST_F(DefencesTest, RefusedRecipientsEndTheConnectionAtTheirLimit) {
  options_.limits.refused_recipients = 2;
  SmtpClient client = start();
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<nobody@d>", "550"},
                             {"RCPT TO:<c@d>", "250"},
                             {"RCPT TO:<nobody@d>", "421 4.7.0"}});
  expect_end(Defence::errors, "too many errors");
}

TEST_F(DefencesTest, JunkCommandsAtTheLimitAndOnePast) {
  options_.limits.junk_commands = 3;
  SmtpClient client = start();
  support::converse(client, {{"EHLO c.test", "250"}, {"NOOP", "250"}, {"RSET", "250"}});
  EXPECT_EQ(count(Defence::junk_commands), 0U);
  EXPECT_THAT(client.command("VRFY a"), StartsWith("421 4.7.0"));
  EXPECT_EQ(client.rest(), "");
  expect_end(Defence::junk_commands, "too many commands");
}

TEST_F(DefencesTest, AMessageMakesUpForJunk) {
  options_.limits.junk_commands = 3;
  SmtpClient client = start();
  for (int i = 0; i < 3; ++i) {
    support::converse(client, {{"NOOP", "250"}, {"NOOP", "250"}});
    EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  }
  EXPECT_EQ(count(Defence::junk_commands), 0U);
}

TEST_F(DefencesTest, MessagesAtTheLimitAndOnePast) {
  options_.limits.messages = 2;
  SmtpClient client = start();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  }
  EXPECT_EQ(count(Defence::messages), 0U);
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("421 4.7.0 too many messages"));
  EXPECT_EQ(client.rest(), "");
  expect_end(Defence::messages, "too many messages");
}

TEST_F(DefencesTest, ALongLineIsCountedAndNoEnd) {
  SmtpClient client = start();
  const std::size_t longest = 512;
  EXPECT_THAT(client.command("NOOP " + std::string(longest - 7, 'x')), StartsWith("250"));
  EXPECT_EQ(count(Defence::long_line), 0U);
  EXPECT_THAT(client.command("NOOP " + std::string(longest - 6, 'x')), StartsWith("500 5.5.6"));
  EXPECT_THAT(client.command("QUIT"), StartsWith("221"));
  expect_end(Defence::long_line, "quit", "debug");
}

TEST_F(DefencesTest, AnEndlessLineIsTheEnd) {
  SmtpClient client = start();
  client.send(std::string((std::size_t{64} << 10U) + 1, 'x'));
  EXPECT_THAT(client.rest(), StartsWith("500 5.5.6"));
  expect_end(Defence::long_line, "line too long");
}

// ---- slow clients

TEST_F(DefencesTest, AMessageThatIsTooSlowIsCut) {
  options_.defences.data_rate = 100;
  options_.defences.data_grace = 50ms;
  SmtpClient client = start();
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("slowly\r\n");
  EXPECT_EQ(client.rest(), "421 4.4.2 too slow, closing connection\r\n");
  expect_end(Defence::slow_client, "too slow");
  EXPECT_EQ(ends_.count("reset"), 1U);
  EXPECT_THAT(log_.wait_for_part("smtp.in"), HasSubstr("verdict=aborted"));
}

TEST_F(DefencesTest, AChunkThatIsTooSlowIsCut) {
  options_.defences.data_rate = 100;
  options_.defences.data_grace = 50ms;
  SmtpClient client = start();
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 1000\r\nslowly\r\n");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_EQ(client.rest(), "421 4.4.2 too slow, closing connection\r\n");
  expect_end(Defence::slow_client, "too slow");
}

TEST_F(DefencesTest, OctetsThatCameBuyTime) {
  options_.defences.data_rate = 1;
  options_.defences.data_grace = 1ms;
  SmtpClient client = start();
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send(std::string(98, 'x') + "\r\n");  // a hundred seconds
  EXPECT_FALSE(client.has_input(30ms));
  EXPECT_THAT(client.command("."), StartsWith("250"));
  EXPECT_EQ(count(Defence::slow_client), 0U);
}

TEST_F(DefencesTest, WithoutARateAMessageHasItsTimeoutAlone) {
  options_.defences.data_rate.reset();
  options_.defences.data_grace = 1ms;
  options_.timeouts.data = 50ms;
  SmtpClient client = start();
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  EXPECT_EQ(client.rest(), "421 4.4.2 timeout, closing connection\r\n");
  EXPECT_TRUE(ends_.wait_for("timeout"));
  EXPECT_EQ(count(Defence::slow_client), 0U);
}

// ---- messages that are refused

TEST_F(DefencesTest, ARefusedMessageThatDoesNotEndIsAnsweredAndCut) {
  options_.timeouts.refused_message = 50ms;
  SmtpClient client = start();
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("bare\nLF\r\n");
  EXPECT_THAT(client.rest(), AllOf(StartsWith("554 5.6.11"), testing::EndsWith("message\r\n")));
  EXPECT_TRUE(ends_.wait_for("timeout"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"), HasSubstr("verdict=reject"));
}

TEST_F(DefencesTest, ARefusedChunkThatDoesNotEndIsAnsweredAndCut) {
  options_.timeouts.refused_message = 50ms;
  make();
  server_->on<event::Headers>("no", [](event::Headers&) { return reject("5.7.1 no"); });
  server_->start();
  SmtpClient client = support::greeted(*server_);
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 1000\r\n\r\n");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_EQ(client.rest(), "550 5.7.1 no\r\n");
  EXPECT_TRUE(ends_.wait_for("timeout"));
}

TEST_F(DefencesTest, WhoIsSilentAfterARefusedMessageHasTheTimeOfACommand) {
  options_.timeouts.command = 50ms;
  SmtpClient client = start();
  EXPECT_THAT(support::send_message(client, {"c@d"}, "bare\nLF\r\n"), StartsWith("554"));
  EXPECT_EQ(client.rest(), "421 4.4.2 timeout, closing connection\r\n");
  EXPECT_TRUE(ends_.wait_for("timeout"));
}

TEST_F(DefencesTest, ARefusedMessageIsReadUpToItsLimitAndNoFurther) {
  options_.limits.message_bytes = 100;
  options_.limits.discarded_bytes = 1000;
  SmtpClient client = start();
  const std::string line = std::string(98, 'x') + "\r\n";
  std::string text;
  for (int i = 0; i < 11; ++i) text += line;
  EXPECT_THAT(support::send_message(client, {"c@d"}, text), StartsWith("552 5.3.4"));
  EXPECT_EQ(count(Defence::long_refused), 0U);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send(text + "x");
  EXPECT_THAT(client.rest(), StartsWith("552 5.3.4"));
  expect_end(Defence::long_refused, "refused message too long");
}

TEST_F(DefencesTest, ARefusedChunkIsReadUpToItsLimitAndNoFurther) {
  options_.limits.message_bytes = 10;
  options_.limits.discarded_bytes = 20;
  SmtpClient client = start();
  client.send("BDAT 20\r\n" + std::string(20, 'x'));
  EXPECT_THAT(client.reply(), StartsWith("503"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
  EXPECT_EQ(count(Defence::long_refused), 0U);
  client.send("BDAT 21\r\n");
  EXPECT_THAT(client.rest(), StartsWith("503"));
  expect_end(Defence::long_refused, "refused message too long");
}

}  // namespace
}  // namespace quoth::session
