// Each event fires with its data, in its order: what a conversation looks like to handlers.

#include <cstddef>
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

using support::SmtpClient;
using testing::ElementsAre;
using testing::StartsWith;

std::string text_of(const mail::ReversePath& path) { return path ? path->text() : ""; }

/// Takes everything and notes what it sees.
struct Witness {
  support::Recorder events;

  Decision on(event::Connect& e) {
    events.add("connect " + e.session.client().address);
    return pass();
  }
  Decision on(event::Banner& /*e*/) {
    events.add("banner");
    return pass();
  }
  Decision on(event::Helo& e) {
    events.add((e.is_extended ? "ehlo " : "helo ") + std::string{e.name});
    return pass();
  }
  Decision on(event::Mail& e) {
    events.add("mail " + text_of(e.sender));
    return pass();
  }
  Decision on(event::Rcpt& e) {
    events.add("rcpt " + e.recipient.text() + " behind " +
               std::to_string(e.envelope.recipients.size()));
    return e.recipient.local() == "nobody" ? reject("5.1.1 nobody") : accept();
  }
  Decision on(event::Data& e) {
    events.add("data for " + std::to_string(e.envelope.recipients.size()));
    return pass();
  }
  Decision on(event::Message& e) {
    events.add("message " + std::to_string(e.size) + " from " + text_of(e.envelope.mail.sender) +
               ": " + std::string{e.content()});
    return accept();
  }
  void on(event::Reset& /*e*/) { events.add("reset"); }
  void on(event::Disconnect& e) { events.add("disconnect " + std::string{e.reason}); }
  Decision on(event::Unknown& e) {
    events.add("unknown " + std::string{e.verb} + "|" + std::string{e.argument});
    return pass();
  }
};

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    server_.use("witness", witness_);
    server_.start();
  }

  SmtpClient connect() {
    SmtpClient client = server_.client();
    EXPECT_THAT(client.reply(), StartsWith("220 mx.test ESMTP"));
    return client;
  }

  /// All events of a conversation that says `lines` and then QUIT.
  std::vector<std::string> events_of(const std::vector<std::string>& lines) {
    SmtpClient client = connect();
    for (const std::string& line : lines) client.command(line);
    client.command("QUIT");
    EXPECT_EQ(client.rest(), "");
    EXPECT_TRUE(witness_.events.wait_for("disconnect quit"));
    return witness_.events.all();
  }

  Witness witness_;
  support::TestServer server_;
};

TEST_F(EventsTest, AMessageFromBannerToQuit) {
  SmtpClient client = connect();
  support::converse(client, {{"EHLO client.test", "250-mx.test"},
                             {"MAIL FROM:<a@client.test>", "250 2.1.0"},
                             {"RCPT TO:<b@here.test>", "250 2.1.5"},
                             {"RCPT TO:<nobody@here.test>", "550 5.1.1 nobody"},
                             {"RCPT TO:<c@here.test>", "250 2.1.5"},
                             {"DATA", "354 "},
                             {"Subject: x\r\n\r\n..y\r\n.", "250 2.0.0 OK queued as "},
                             {"QUIT", "221 2.0.0 mx.test"}});
  EXPECT_EQ(client.rest(), "");
  ASSERT_TRUE(witness_.events.wait_for("disconnect quit"));
  EXPECT_THAT(
      witness_.events.all(),
      ElementsAre("connect 127.0.0.1", "banner", "ehlo client.test", "mail a@client.test",
                  "rcpt b@here.test behind 0", "rcpt nobody@here.test behind 1",
                  "rcpt c@here.test behind 1", "data for 2",
                  "message 18 from a@client.test: Subject: x\r\n\r\n.y\r\n", "disconnect quit"));
}

TEST_F(EventsTest, TheNullSenderIsNone) {
  EXPECT_THAT(events_of({"HELO c.test", "MAIL FROM:<>"}),
              ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "mail ", "reset",
                          "disconnect quit"));
}

TEST_F(EventsTest, ResetComesWithRset) {
  EXPECT_THAT(events_of({"HELO c.test", "MAIL FROM:<a@b>", "RSET"}),
              ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "mail a@b", "reset",
                          "disconnect quit"));
}

TEST_F(EventsTest, ResetComesWithEhloInATransaction) {
  EXPECT_THAT(events_of({"HELO c.test", "MAIL FROM:<a@b>", "EHLO d.test"}),
              ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "mail a@b", "ehlo d.test",
                          "reset", "disconnect quit"));
}

TEST_F(EventsTest, NoTransactionNoReset) {
  EXPECT_THAT(
      events_of({"RSET", "HELO c.test", "RSET", "MAIL FROM:broken", "EHLO d.test"}),
      ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "ehlo d.test", "disconnect quit"));
}

TEST_F(EventsTest, AMessageThatWasTakenIsNoReset) {
  EXPECT_THAT(
      events_of({"HELO c.test", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", ".", "RSET"}),
      ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "mail a@b", "rcpt c@d behind 0",
                  "data for 1", "message 0 from a@b: ", "disconnect quit"));
}

TEST_F(EventsTest, AClientThatGoesInATransactionIsAResetAndADisconnect) {
  SmtpClient client = connect();
  support::converse(client, {{"HELO c.test", "250"}, {"MAIL FROM:<a@b>", "250"}});
  client.close();
  ASSERT_TRUE(witness_.events.wait_for("disconnect closed by client"));
  EXPECT_EQ(witness_.events.count("reset"), 1U);
}

TEST_F(EventsTest, AClientThatGoesInTheMiddleOfAMessageLeavesNone) {
  SmtpClient client = connect();
  support::converse(client, {{"HELO c.test", "250"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"DATA", "354"}});
  client.send("half a message\r\n");
  client.reset();
  EXPECT_NE(witness_.events.wait_for_part("disconnect"), "");
  EXPECT_EQ(witness_.events.count("reset"), 1U);
  for (const std::string& event : witness_.events.all()) {
    EXPECT_THAT(event, testing::Not(StartsWith("message")));
  }
}

TEST_F(EventsTest, DisconnectComesOnceForEachConnect) {
  for (int i = 0; i < 5; ++i) {
    SmtpClient client = connect();
    if (i % 2 == 0) client.command("QUIT");
    if (i == 3) client.reset();
  }
  EXPECT_TRUE(support::wait_until([this] { return server_.connection_count() == 0; }));
  std::size_t connects = 0;
  std::size_t disconnects = 0;
  for (const std::string& event : witness_.events.all()) {
    connects += event.starts_with("connect") ? 1U : 0U;
    disconnects += event.starts_with("disconnect") ? 1U : 0U;
  }
  EXPECT_EQ(connects, 5U);
  EXPECT_EQ(disconnects, 5U);
}

TEST_F(EventsTest, AnUnknownVerbIsAnEvent) {
  SmtpClient client = connect();
  EXPECT_EQ(client.command("xWhat  is this? "), "500 5.5.2 command not recognized");
  EXPECT_TRUE(witness_.events.wait_for("unknown xWhat| is this?"));
}

TEST_F(EventsTest, WhatIsOutOfOrderOrMalformedFiresNothing) {
  EXPECT_THAT(events_of({"MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA", "EHLO", "EHLO a b",
                         "HELO c.test", "MAIL", "MAIL FROM:<a@b> SIZE=x"}),
              ElementsAre("connect 127.0.0.1", "banner", "helo c.test", "disconnect quit"));
}

TEST_F(EventsTest, APipelinedGroupIsAnsweredInOrder) {
  SmtpClient client = connect();
  EXPECT_THAT(client.command("EHLO c.test"), StartsWith("250-mx.test"));
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<nobody@d>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
  for (const char* const expected : {"250 2.1.0", "550", "250 2.1.5", "354"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  client.send("x\r\n.\r\nNOOP\r\nQUIT\r\n");
  for (const char* const expected : {"250 2.0.0 OK queued", "250 2.0.0", "221"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  EXPECT_EQ(client.rest(), "");
}

}  // namespace
}  // namespace quoth::session
