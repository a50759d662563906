// What handlers say reaches the client, and moves the conversation.

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"

namespace quoth::session {
namespace {

using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Replies, AServerWithoutHandlersAcceptsNoRecipient) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@client.test>", "250 2.1.0"},
                             {"RCPT TO:<b@here.test>", "550 5.7.1 <b@here.test>"},
                             {"RCPT TO:<postmaster>", "550 5.7.1"},
                             {"DATA", "503"}});
}

TEST(Replies, AMessageThatNobodyAcceptsIsRefused) {
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"b@here.test"}, "x\r\n"), StartsWith("554 5.7.1"));
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
}

TEST(Replies, OfTheVerbsThatNeedNoHandler) {
  TestServer server;
  server.start();
  SmtpClient client = server.client();
  EXPECT_EQ(client.reply(), "220 mx.test ESMTP Quoth");
  support::converse(client, {{"NOOP whatever", "250 2.0.0"},
                             {"RSET", "250 2.0.0"},
                             {"VRFY a", "252 2.5.2"},
                             {"EXPN list", "502 5.5.1"},
                             {"HELP", "214 2.0.0"},
                             {"HELP mail", "214 2.0.0 syntax: MAIL FROM:"},
                             {"HELP XYZ", "504"},
                             {"HELO c.test", "250 mx.test"},
                             {"QUIT", "221 2.0.0 mx.test"}});
  EXPECT_EQ(client.rest(), "");
}

// RFC 2034 §4: a greeting carries no enhanced code.
TEST(Replies, ConnectRefusesInTheBannersPlace) {
  support::Recorder ends;
  TestServer server;
  server.on<event::Connect>(
      "blocklist", [](event::Connect&) { return answer(smtp::code::no_service, "5.7.1 not you"); });
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  server.start();
  SmtpClient client = server.client();
  EXPECT_EQ(client.reply(), "554 not you");
  // RFC 5321 §3.1: the client may say QUIT, and nothing else.
  support::converse(client, {{"EHLO client.test", "503"}, {"X", "503"}, {"QUIT", "221"}});
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(ends.wait_for("quit"));
}

TEST(Replies, ConnectThatAcceptsGoesOn) {
  TestServer server;
  server.on<event::Connect>("friends", [](event::Connect&) { return accept(); });
  server.start();
  SmtpClient client = server.client();
  EXPECT_EQ(client.reply(), "220 mx.test ESMTP Quoth");
}

TEST(Replies, BannerTextStandsBehindOurName) {
  TestServer server;
  server.on<event::Banner>("banner",
                           [](event::Banner&) { return accept("ESMTP\nno spam please"); });
  server.start();
  SmtpClient client = server.client();
  EXPECT_EQ(client.reply(), "220-mx.test ESMTP\n220 no spam please");
}

TEST(Replies, BannerRefuses) {
  TestServer server;
  server.on<event::Banner>("banner", [](event::Banner&) { return hang_up("4.3.2 not today"); });
  server.start();
  SmtpClient client = server.client();
  EXPECT_EQ(client.rest(), "421 not today\r\n");
}

TEST(Replies, EhloGreetingIsTheHandlers) {
  TestServer server;
  server.on<event::Helo>(
      "greet", [](event::Helo& helo) { return accept("welcome " + std::string{helo.name}); });
  server.start();
  SmtpClient client = server.client();
  client.reply();
  const std::string reply = client.command("EHLO client.test");
  EXPECT_THAT(reply, StartsWith("250-mx.test welcome client.test\n"));
  for (const char* const line :
       {"PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES"}) {
    EXPECT_THAT(reply, HasSubstr(line));
  }
  EXPECT_EQ(client.command("HELO client.test"), "250 mx.test welcome client.test");
}

TEST(Replies, HeloThatIsRefusedLeavesTheClientUngreeted) {
  TestServer server;
  server.on<event::Helo>("check", [](event::Helo& helo) {
    return helo.name == "good.test" ? pass() : answer(501, "5.7.1 who?");
  });
  server.start();
  SmtpClient client = server.client();
  client.reply();
  support::converse(client, {{"EHLO bad.test", "501 who?"},
                             {"MAIL FROM:<a@b>", "503"},
                             {"EHLO good.test", "250"},
                             {"MAIL FROM:<a@b>", "250"}});
}

TEST(Replies, MailThatIsRefusedOpensNothing) {
  TestServer server;
  server.on<event::Mail>(
      "check", [](event::Mail& mail) { return mail.sender ? pass() : reject("5.7.1 no bounces"); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<>", "550 5.7.1 no bounces"},
                             {"RCPT TO:<a@b>", "503"},
                             {"MAIL FROM:<a@b>", "250"}});
}

TEST(Replies, AnyTextOfAHandlerIsOneReply) {
  TestServer server;
  server.on<event::Mail>("evil",
                         [](event::Mail&) { return reject("5.7.1 one\r\n250 two\nthree"); });
  server.start();
  SmtpClient client = greeted(server);
  const std::string reply = client.command("MAIL FROM:<a@b>");
  EXPECT_THAT(reply, StartsWith("550-5.7.1 one"));
  EXPECT_THAT(reply, HasSubstr("\n550"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250 2.0.0"));
}

TEST(Replies, AReplyThatClosesEndsTheConnection) {
  support::Recorder ends;
  TestServer server;
  server.on<event::Mail>("close", [](event::Mail&) -> Decision {
    return smtp::Reply{550, "5.7.1 and do not come back"}.then_close();
  });
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  server.start();
  SmtpClient client = greeted(server);
  client.send("MAIL FROM:<a@b>\r\nNOOP\r\n");
  EXPECT_EQ(client.rest(), "550 5.7.1 and do not come back\r\n");
  EXPECT_TRUE(ends.wait_for("closed by handler"));
}

TEST(Replies, APositiveReplyMayCloseAsWell) {
  TestServer server;
  support::accept_all(server);
  server.chains().get<event::Message>().prepend("once", [](event::Message&) -> Decision {
    return smtp::Reply{250, "OK"}.then_close();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"b@here.test"}, "x\r\n"),
              StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(client.rest(), "");
}

TEST(Replies, AHandlerThatThrowsIsToldByNameAndLosesNoMail) {
  support::LogRecorder log;
  ServerOptions options = support::test_options();
  options.log = &log;
  TestServer server{options};
  support::accept_all(server);
  server.chains().get<event::Rcpt>().prepend("broken", [](event::Rcpt& rcpt) -> Decision {
    if (rcpt.recipient.local() == "b") throw std::runtime_error("no luck");
    return pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<b@here.test>", "451 4.3.0"},
                             {"RCPT TO:<c@here.test>", "250"}});
  const std::string line = log.wait_for_part("handler.failed");
  EXPECT_THAT(line, StartsWith("error handler.failed"));
  EXPECT_THAT(line, HasSubstr("handler=broken why=no luck"));
}

TEST(Replies, AnObserverThatThrowsHarmsNobody) {
  support::Recorder seen;
  TestServer server;
  server.on<event::Disconnect>("broken", [](event::Disconnect&) { throw std::runtime_error("x"); });
  server.on<event::Disconnect>("next", [&](event::Disconnect&) { seen.add("gone"); });
  server.start();
  for (int i = 0; i < 2; ++i) {
    SmtpClient client = greeted(server);
    client.command("QUIT");
    EXPECT_EQ(client.rest(), "");
  }
  EXPECT_EQ(seen.count("gone"), 2U);
}

TEST(Replies, DataMayBeRefused) {
  TestServer server;
  support::accept_all(server);
  server.on<event::Data>("full", [](event::Data&) { return answer(452, "4.3.1 full"); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"DATA", "452 4.3.1 full"},
                             {"NOOP", "250"}});
}

}  // namespace
}  // namespace quoth::session
