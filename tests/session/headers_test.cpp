// The header section of a message as an event: when it comes, what it holds, what a reply does.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/test_sink.hpp"
#include "support/waiting.hpp"

namespace quoth::session {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SinkBook;
using support::SmtpClient;
using support::TestServer;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string chunk(std::string_view octets, std::string_view last = "") {
  return "BDAT " + std::to_string(octets.size()) + std::string{last} + "\r\n" + std::string{octets};
}

/// Takes mail into a sink; one handler of Headers notes the section and decides as the test says.
class HeadersTest : public testing::Test {
 protected:
  static ServerOptions logged(Log& log) {
    ServerOptions options = support::test_options();
    options.log = &log;
    return options;
  }

  void look_and(const Decision& decision) {
    server_.on<event::Headers>("look", [this, decision](event::Headers& headers) {
      seen_.add("headers " + std::string{headers.section.octets()});
      return decision;
    });
  }

  void start() {
    server_.on<event::Data>("store", [this](event::Data& data) {
      data.store_in(std::make_unique<support::TestSink>(book_));
      return pass();
    });
    server_.on<event::Message>("note", [this](event::Message&) {
      seen_.add("message");
      return pass();
    });
    server_.on<event::Reset>("note", [this](event::Reset&) { seen_.add("reset"); });
    support::accept_all(server_);
    server_.start();
  }

  SmtpClient in_transaction() {
    SmtpClient client = greeted(server_);
    support::converse(client, {{"MAIL FROM:<a@client.test>", "250"}, {"RCPT TO:<c@d>", "250"}});
    return client;
  }

  SmtpClient in_text() {
    SmtpClient client = in_transaction();
    EXPECT_THAT(client.command("DATA"), StartsWith("354"));
    return client;
  }

  SinkBook book_;
  Recorder seen_;
  support::LogRecorder log_;
  TestServer server_{logged(log_)};
};

TEST_F(HeadersTest, TheSectionIsThereWithAllThatIsKnown) {
  Recorder ids;
  server_.on<event::Data>("id", [&](event::Data& data) {
    ids.add(std::string{data.queue_id});
    return pass();
  });
  server_.on<event::Headers>("look", [&](event::Headers& headers) {
    EXPECT_EQ(headers.queue_id, ids.all().front());
    EXPECT_EQ(headers.envelope.recipients.size(), 1U);
    EXPECT_EQ(headers.section.fields().size(), 3U);
    EXPECT_EQ(headers.section.find("subject"), "one two");
    EXPECT_EQ(headers.section.find("X-None"), std::nullopt);
    EXPECT_EQ(headers.section.count("TO"), 2U);
    EXPECT_EQ(headers.section.octets(), "To: a\r\nSubject: one\r\n two\r\nto: b\r\n\r\n");
    seen_.add("looked");
    return pass();
  });
  start();
  SmtpClient client = in_text();
  client.send("To: a\r\nSubject: one\r\n two\r\nto: b\r\n\r\nNo: field\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_THAT(seen_.all(), ElementsAre("looked", "message"));
  EXPECT_EQ(book_.octets, "To: a\r\nSubject: one\r\n two\r\nto: b\r\n\r\nNo: field\r\n");
}

TEST_F(HeadersTest, ItComesAheadOfTheBody) {
  look_and(pass());
  start();
  SmtpClient client = in_text();
  client.send("A: b\r\n\r\n");
  ASSERT_TRUE(seen_.wait_for("headers A: b\r\n\r\n"));
  EXPECT_EQ(seen_.count("message"), 0U);
  client.send("body\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250"));
  EXPECT_EQ(book_.octets, "A: b\r\n\r\nbody\r\n");
}

TEST_F(HeadersTest, ItComesOnceForEachMessage) {
  look_and(accept());
  start();
  SmtpClient client = greeted(server_);
  for (const char* const text : {"A: 1\r\n\r\nx\r\n\r\ny\r\n", "A: 2\r\n\r\nx\r\n\r\ny\r\n"}) {
    EXPECT_THAT(support::send_message(client, {"c@d"}, text), StartsWith("250"));
  }
  EXPECT_THAT(seen_.all(),
              ElementsAre("headers A: 1\r\n\r\n", "message", "headers A: 2\r\n\r\n", "message"));
}

TEST_F(HeadersTest, AMessageWithoutABodyHasThemToo) {
  look_and(pass());
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\r\nC: d\r\n"), StartsWith("250"));
  EXPECT_THAT(support::send_message(client, {"c@d"}, ""), StartsWith("250"));
  EXPECT_THAT(seen_.all(),
              ElementsAre("headers A: b\r\nC: d\r\n", "message", "headers ", "message"));
}

TEST_F(HeadersTest, AMessageWithoutAHeaderHasAnEmptyOne) {
  look_and(pass());
  start();
  SmtpClient client = in_text();
  client.send("\r\n");
  ASSERT_TRUE(seen_.wait_for("headers \r\n"));
  client.send("A: b\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250"));
  // Its author has begun to write: no blank line is needed to see that no field comes any more.
  EXPECT_THAT(support::send_message(client, {"c@d"}, "Hello you\r\nA: b\r\n\r\n"),
              StartsWith("250"));
  EXPECT_THAT(seen_.all(),
              ElementsAre("headers \r\n", "message", "headers Hello you\r\n", "message"));
}

TEST_F(HeadersTest, ChunksMayCutItAnywhere) {
  look_and(pass());
  start();
  const std::string_view text = "A: b\r\n c\r\n\r\nbody\r\n\r\n";
  SmtpClient client = greeted(server_);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" + chunk(text.substr(0, cut)) +
                chunk(text.substr(cut), " LAST"));
    for (int i = 0; i < 4; ++i) EXPECT_THAT(client.reply(), StartsWith("250")) << cut;
  }
  EXPECT_EQ(seen_.count("headers A: b\r\n c\r\n\r\n"), text.size() + 1);
}

TEST_F(HeadersTest, NobodyAsksForThemOfATextThatIsRefused) {
  look_and(pass());
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\nC: d\r\n\r\nx\r\n"), StartsWith("554"));
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\r\nC\n: d\r\n"), StartsWith("554"));
  EXPECT_TRUE(seen_.all().empty());
}

// ---- refused

TEST_F(HeadersTest, ARefusalThrowsAwayWhatComesAndIsTheReplyBehindIt) {
  look_and(reject("5.7.1 no such letters"));
  start();
  SmtpClient client = in_text();
  client.send("A: b\r\n\r\n");
  ASSERT_TRUE(book_.events.wait_for("gone uncommitted"));  // at once
  EXPECT_FALSE(client.has_input(0ms));
  client.send(std::string(500, 'x') + "\r\nQUIT\r\n");
  EXPECT_EQ(client.command("."), "550 5.7.1 no such letters");
  EXPECT_EQ(book_.appended, 8U);
  EXPECT_THAT(seen_.all(), ElementsAre("headers A: b\r\n\r\n"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"),
              AllOf(HasSubstr("verdict=reject"), HasSubstr("code=550 5.7.1 no such letters"),
                    HasSubstr("by=look")));
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
}

TEST_F(HeadersTest, ARefusalIsTheReplyToTheChunkThatComes) {
  look_and(defer("4.7.1 later"));
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("A: b\r\n") + chunk("\r\nbody\r\n") + chunk("RSET\r\n", " LAST") + "NOOP\r\n");
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(client.reply(), "451 4.7.1 later");
  EXPECT_THAT(client.reply(), StartsWith("503"));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(book_.events.count("gone uncommitted"), 1U);
  EXPECT_THAT(seen_.all(), ElementsAre("headers A: b\r\n\r\n", "reset"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"),
              AllOf(HasSubstr("verdict=defer"), HasSubstr("by=look")));
}

TEST_F(HeadersTest, ARefusalAtTheVeryEndComesBeforeMessage) {
  look_and(reject("5.7.1 no"));
  start();
  SmtpClient client = greeted(server_);
  EXPECT_EQ(support::send_message(client, {"c@d"}, "A: b\r\n"), "550 5.7.1 no");
  EXPECT_EQ(seen_.count("message"), 0U);
  EXPECT_EQ(book_.events.count("gone uncommitted"), 1U);
}

TEST_F(HeadersTest, ARefusalMayCloseTheConnection) {
  look_and(hang_up("4.7.0 go away"));
  start();
  SmtpClient client = in_text();
  client.send("A: b\r\n\r\nbody\r\n.\r\nNOOP\r\n");
  EXPECT_EQ(client.rest(), "421 4.7.0 go away\r\n");
  SmtpClient other = in_transaction();
  other.send(chunk("A: b\r\n\r\n"));
  EXPECT_EQ(other.rest(), "421 4.7.0 go away\r\n");
}

TEST_F(HeadersTest, AHandlerThatThrowsIs451) {
  server_.on<event::Headers>(
      "broken", [](event::Headers&) -> Decision { throw std::runtime_error("no luck"); });
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\r\n\r\nx\r\n"), StartsWith("451 4.3.0"));
  EXPECT_THAT(log_.wait_for_part("handler.failed"), HasSubstr("handler=broken why=no luck"));
  EXPECT_EQ(book_.events.count("gone uncommitted"), 1U);
}

// ---- waiting

TEST_F(HeadersTest, TheBodyWaitsForAHandlerThatWaits) {
  support::Hold hold{seen_};
  server_.on<event::Headers>("wait", [&](event::Headers&) { return hold.decide(pass()); });
  start();
  SmtpClient client = in_text();
  client.send("A: b\r\n\r\n");
  ASSERT_TRUE(seen_.wait_for("waits"));
  client.send("body\r\n.\r\nNOOP\r\n");
  EXPECT_FALSE(client.has_input(0ms));
  EXPECT_EQ(book_.appended, 8U);
  hold.let_go();
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(book_.octets, "A: b\r\n\r\nbody\r\n");
}

Awaitable<Decision> look_late(event::Headers& headers, Recorder& seen) {
  struct AtEnd {
    event::Headers& headers;
    Recorder& seen;
    ~AtEnd() { seen.add("ended behind " + headers.section.find("A").value_or("nothing")); }
  };
  const AtEnd at_end{headers, seen};
  co_await support::pause(1h);
  co_return pass();
}

TEST(HeadersWaiting, AHandlerThatIsTooSlowIs451AndItsEventOutlivesIt) {
  Recorder seen;
  ServerOptions options = support::test_options();
  options.timeouts.handler = 20ms;
  TestServer server{options};
  server.on<event::Headers>("slow", [&](event::Headers& h) { return look_late(h, seen); });
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\r\n\r\nx\r\n"), StartsWith("451 4.3.0"));
  EXPECT_EQ(seen.count("ended behind b"), 1U);
}

TEST_F(HeadersTest, AClientThatGoesCancelsTheHandlerAndItsMessageIsNotTaken) {
  support::Hold hold{seen_};
  server_.on<event::Headers>("wait", [&](event::Headers&) { return hold.decide(pass()); });
  start();
  for (const char* const text : {"A: b\r\n\r\n", "A: b\r\n.\r\n"}) {
    SmtpClient client = in_text();
    client.send(text);
    ASSERT_TRUE(seen_.wait_for("waits"));
    client.close();
    ASSERT_TRUE(support::wait_until([this] { return server_.connection_count() == 0; }));
  }
  EXPECT_THAT(seen_.all(), ElementsAre("waits", "ended", "reset", "waits", "ended", "reset"));
  EXPECT_EQ(book_.events.count("gone uncommitted"), 2U);
}

// ---- the limit, and LMTP

struct LimitedHeader {
  explicit LimitedHeader(smtp::Protocol protocol) {
    ServerOptions options = support::test_options();
    options.limits.header_bytes = 1024;
    options.protocol = protocol;
    options.log = &log;
    server = std::make_unique<TestServer>(options);
    server->on<event::Headers>("look", [this](event::Headers& headers) {
      seen.add(std::to_string(headers.section.octets().size()));
      return headers.section.count("Bad") > 0 ? reject("5.7.1 bad") : pass();
    });
    support::accept_all(*server);
    server->start();
  }

  Recorder seen;
  support::LogRecorder log;
  std::unique_ptr<TestServer> server;
};

/// A section of so many octets with its blank line.
std::string header_of(std::size_t octets) {
  std::string header;
  while (octets - header.size() > 202) header += "A: " + std::string(95, 'x') + "\r\n";
  return header + "B: " + std::string(octets - header.size() - 7, 'x') + "\r\n\r\n";
}

TEST(HeaderLimit, AtItAndOnePast) {
  LimitedHeader limited{smtp::Protocol::smtp};
  SmtpClient client = greeted(*limited.server);
  EXPECT_THAT(support::send_message(client, {"c@d"}, header_of(1024) + "body\r\n"),
              StartsWith("250"));
  EXPECT_EQ(limited.server->defences().get(Defence::long_header), 0U);
  EXPECT_EQ(support::send_message(client, {"c@d"}, header_of(1025) + header_of(2000) + "body\r\n"),
            "552 5.3.4 the header section is too large");
  EXPECT_EQ(limited.server->defences().get(Defence::long_header), 1U);
  EXPECT_THAT(limited.seen.all(), ElementsAre("1024"));
  EXPECT_THAT(limited.log.wait_for_part("defence=long_header"), HasSubstr("helo=client.test"));
  // The body has another limit.
  EXPECT_THAT(support::send_message(client, {"c@d"}, "A: b\r\n\r\n" + header_of(2000)),
              StartsWith("250"));
}

TEST(HeaderLimit, AChunkThatPassesItIsRefused) {
  LimitedHeader limited{smtp::Protocol::smtp};
  SmtpClient client = greeted(*limited.server);
  const std::string header = header_of(1025);
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" + chunk(header.substr(0, 1024)) +
              chunk(header.substr(1024)) + chunk("", " LAST"));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_THAT(client.reply(), StartsWith("552 5.3.4"));
  EXPECT_THAT(client.reply(), StartsWith("503"));
  EXPECT_EQ(limited.server->defences().get(Defence::long_header), 1U);
}

TEST(HeaderLimit, InLmtpEachRecipientIsRefused) {
  LimitedHeader limited{smtp::Protocol::lmtp};
  SmtpClient client = limited.server->client();
  client.reply();
  support::converse(client, {{"LHLO client.test", "250"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"RCPT TO:<e@f>", "250"},
                             {"DATA", "354"}});
  client.send("Bad: b\r\n\r\nx\r\n.\r\n");
  EXPECT_EQ(client.reply(), "550 5.7.1 bad");
  EXPECT_EQ(client.reply(), "550 5.7.1 bad");
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\n" +
              chunk(header_of(1025), " LAST") + "NOOP\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_THAT(client.reply(), StartsWith("552 5.3.4"));
  EXPECT_THAT(client.reply(), StartsWith("552 5.3.4"));
  EXPECT_THAT(client.reply(), StartsWith("250"));
}

}  // namespace
}  // namespace quoth::session
