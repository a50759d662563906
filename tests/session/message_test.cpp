// What becomes of a message: its outcomes, its recipients, its content, its sink.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/errc.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/test_sink.hpp"

namespace quoth::session {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SinkBook;
using support::SmtpClient;
using support::TestServer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class MessageTest : public testing::Test {
 protected:
  void start() {
    support::accept_all(server_);
    server_.start();
  }
  void store_in_book() {
    server_.on<event::Data>("store", [this](event::Data& data) {
      data.store_in(std::make_unique<support::TestSink>(book_));
      return pass();
    });
  }
  std::string deliver(const std::string& text = "x\r\n") {
    SmtpClient client = greeted(server_);
    return support::send_message(client, {"one@here.test", "two@here.test"}, text);
  }

  SinkBook book_;
  Recorder seen_;
  TestServer server_;
};

TEST_F(MessageTest, OutcomesOfRecipientsAreFoldedIntoOneReply) {
  store_in_book();
  server_.on<event::Message>("split", [](event::Message& message) {
    message.outcomes.set(1, smtp::Reply{452, "4.2.2 mailbox full"});
    return accept();
  });
  start();
  EXPECT_EQ(deliver(), "452 4.2.2 mailbox full");
  EXPECT_TRUE(book_.events.wait_for("gone uncommitted"));
  EXPECT_EQ(book_.events.all().size(), 1U);
}

TEST_F(MessageTest, OutcomesThatAreAllPositiveAcceptIt) {
  store_in_book();
  server_.on<event::Message>("both", [](event::Message& message) {
    message.outcomes.set(0, smtp::Reply{250, "2.1.5 one"});
    message.outcomes.set(1, smtp::Reply{250, "2.1.5 two"});
    return accept("2.0.0 both");
  });
  start();
  EXPECT_EQ(deliver(), "250 2.0.0 both");
  EXPECT_EQ(book_.events.count("commit one@here.test two@here.test"), 1U);
}

TEST_F(MessageTest, TheSinkGetsTheRecipientsThatHandlersLeave) {
  store_in_book();
  server_.on<event::Rcpt>("alias", [](event::Rcpt& rcpt) {
    if (rcpt.recipient.local() == "one") rcpt.recipient = *mail::Mailbox::parse("alias@here.test");
    return pass();
  });
  server_.on<event::Message>("list", [](event::Message& message) {
    auto& recipients = message.envelope.recipients;
    recipients.pop_back();
    recipients.push_back({.recipient = *mail::Mailbox::parse("three@here.test")});
    return pass();
  });
  start();
  EXPECT_THAT(deliver(), StartsWith("250"));
  EXPECT_EQ(book_.events.count("commit alias@here.test three@here.test"), 1U);
}

// RFC 5321 §4.4: the trace stands at the beginning.
TEST_F(MessageTest, FieldsOfHandlersStandBelowReceived) {
  store_in_book();
  server_.on<event::Message>("tag", [](event::Message& message) {
    message.add_header("X-One", "1");
    message.add_header("X-Two", "2");
    return pass();
  });
  start();
  EXPECT_THAT(deliver("Subject: s\r\n\r\nx\r\n"), StartsWith("250"));
  EXPECT_THAT(book_.fields, StartsWith("Received: from client.test"));
  EXPECT_THAT(book_.fields, EndsWith("\r\nX-Two: 2\r\nX-One: 1\r\n"));
  EXPECT_EQ(book_.octets, "Subject: s\r\n\r\nx\r\n");
}

TEST_F(MessageTest, TheQueueIdIsOneAtDataMessageSinkAndReply) {
  Recorder ids;
  store_in_book();
  server_.on<event::Data>("look", [&](event::Data& data) {
    ids.add(std::string{data.queue_id});
    EXPECT_THAT(std::string{data.received}, HasSubstr(" id " + std::string{data.queue_id}));
    return pass();
  });
  server_.on<event::Message>("look", [&](event::Message& message) {
    ids.add(std::string{message.queue_id});
    return pass();
  });
  start();
  const std::string reply = deliver();
  ASSERT_EQ(ids.all().size(), 2U);
  EXPECT_EQ(ids.all().front(), ids.all().back());
  EXPECT_EQ(reply, "250 2.0.0 OK queued as " + ids.all().front());
}

TEST_F(MessageTest, ContentOfAShortMessage) {
  server_.on<event::Message>("look", [&](event::Message& message) {
    seen_.add(std::string{message.content()});
    return pass();
  });
  start();
  EXPECT_THAT(deliver("..one\r\n\r\ntwo\r\n"), StartsWith("250"));
  EXPECT_EQ(seen_.count(".one\r\n\r\ntwo\r\n"), 1U);
}

std::string long_text(std::size_t octets) {
  std::string text;
  for (int i = 0; text.size() < octets; ++i) {
    text += "line " + std::to_string(i) + " of a message that is too long for memory\r\n";
  }
  return text;
}

TEST_F(MessageTest, ContentBeyondTheMemoryBoundIsTheSame) {
  const std::string text = long_text(std::size_t{1} << 20U);
  server_.on<event::Message>("look", [&](event::Message& message) {
    seen_.add(message.content() == text ? "same" : "different");
    return message.size == text.size() ? pass() : reject("size");
  });
  start();
  SmtpClient client = greeted(server_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(support::send_message(client, {"one@here.test"}, text), StartsWith("250"));
  }
  EXPECT_EQ(seen_.count("same"), 2U);
}

TEST_F(MessageTest, ContentOfAMessageThatGoesToASinkIsNotKeptUnlessAskedFor) {
  store_in_book();
  server_.on<event::Message>("look", [&](event::Message& message) {
    seen_.add(std::string{message.content()});
    return pass();
  });
  start();
  EXPECT_THAT(deliver(), StartsWith("451 4.3.0"));
  EXPECT_EQ(seen_.all().size(), 0U);
}

TEST_F(MessageTest, ContentIsKeptForHandlersAndThenGoesToTheSink) {
  const std::string text = long_text(std::size_t{600} << 10U);
  store_in_book();
  server_.on<event::Data>("keep", [](event::Data& data) {
    data.keep_content();
    return pass();
  });
  server_.on<event::Message>("look", [&](event::Message& message) {
    seen_.add(message.content() == text && book_.octets.empty() ? "seen first" : "wrong");
    return pass();
  });
  start();
  EXPECT_THAT(deliver(text), StartsWith("250"));
  EXPECT_EQ(seen_.count("seen first"), 1U);
  EXPECT_EQ(book_.octets, text);
}

TEST_F(MessageTest, AMessageThatIsRefusedLeavesItsSinkUncommitted) {
  store_in_book();
  server_.on<event::Message>("no", [](event::Message&) { return reject("5.7.1 spam"); });
  start();
  EXPECT_EQ(deliver(), "550 5.7.1 spam");
  EXPECT_TRUE(book_.events.wait_for("gone uncommitted"));
}

TEST_F(MessageTest, ASinkThatCannotCommitIs451) {
  book_.commit_error = make_error_code(boost::system::errc::io_error);
  store_in_book();
  start();
  EXPECT_THAT(deliver(), StartsWith("451 4.3.0"));
  EXPECT_TRUE(book_.events.wait_for("gone uncommitted"));
}

TEST_F(MessageTest, ASinkThatIsFullIs452) {
  book_.commit_error = make_error_code(boost::system::errc::no_space_on_device);
  store_in_book();
  start();
  EXPECT_THAT(deliver(), StartsWith("452 4.3.1"));
}

TEST_F(MessageTest, ASinkThatFailsInTheMiddleIsGoneAtOnceAndTheTextIsReadToItsEnd) {
  book_.flush_every = 1;
  book_.flush_error = make_error_code(boost::system::errc::no_space_on_device);
  store_in_book();
  server_.on<event::Message>("never", [&](event::Message&) {
    seen_.add("asked");
    return pass();
  });
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"one@here.test"}, long_text(100000)),
              StartsWith("452 4.3.1"));
  EXPECT_EQ(book_.events.count("flush"), 1U);
  EXPECT_EQ(seen_.all().size(), 0U);
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
}

TEST_F(MessageTest, ASinkThatFlushesSlowlyStallsItsClient) {
  book_.flush_every = std::size_t{64} << 10U;
  book_.holds_flush = true;
  store_in_book();
  start();
  SmtpClient client = greeted(server_);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  const std::string line = std::string(78, 'x') + "\r\n";
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += line;
  // The kernel's buffers fill, and then nothing more is taken, since the server reads nothing while
  // its sink flushes.
  std::size_t sent = client.send_until_stalled(lines, 150ms);
  EXPECT_EQ(book_.events.count("flush"), 1U);
  EXPECT_FALSE(client.has_input(0ms));
  book_.holds_flush = false;
  const std::string_view rest_of_line = std::string_view{line}.substr(sent % line.size());
  client.send(rest_of_line);
  sent += rest_of_line.size();
  EXPECT_THAT(client.command("."), StartsWith("250"));
  EXPECT_EQ(book_.octets.size(), sent);
  // What the server itself held is a flush's worth and what one read brings, however much came.
  EXPECT_LE(book_.most_held, book_.flush_every + (std::size_t{64} << 10U));
}

TEST_F(MessageTest, AMailLoopIsRefused) {
  store_in_book();
  start();
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "Received: by hop" + std::to_string(i) + "\r\n";
  EXPECT_THAT(deliver(fields + "\r\n"), StartsWith("250"));
  EXPECT_EQ(deliver(fields + "Received: once more\r\n\r\n"),
            "554 5.4.6 too many hops: a mail loop");
}

TEST_F(MessageTest, ATextThatBreaksTheRulesReachesNoHandler) {
  store_in_book();
  server_.on<event::Message>("never", [&](event::Message&) {
    seen_.add("asked");
    return pass();
  });
  start();
  EXPECT_THAT(deliver("bare\nLF\r\n"), StartsWith("554 5.6.11"));
  EXPECT_THAT(deliver("bare\rCR\r\n"), StartsWith("554 5.6.11"));
  EXPECT_THAT(deliver(std::string(999, 'x') + "\r\n"), StartsWith("500 5.6.0"));
  EXPECT_EQ(seen_.all().size(), 0U);
  EXPECT_EQ(book_.events.count("gone uncommitted"), 3U);
}

TEST_F(MessageTest, ALineOfATransactionTellsWhatBecameOfIt) {
  support::LogRecorder log;
  ServerOptions options = support::test_options();
  options.log = &log;
  TestServer server{options};
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  support::send_message(client, {"one@here.test"}, "x\r\n");
  const std::string line = log.wait_for_part("smtp.in");
  for (const char* const part :
       {"from=a@client.test", "to=[one@here.test]", "n_to=1", "bytes=3", "verdict=accept",
        "by=accept", "helo=client.test", "proto=ESMTP", "ip=127.0.0.1"}) {
    EXPECT_THAT(line, HasSubstr(part));
  }
}

}  // namespace
}  // namespace quoth::session
