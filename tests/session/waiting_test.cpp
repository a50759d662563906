// Handlers that wait: they answer, are too slow, throw, or are left alone by their client.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/this_coro.hpp>
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
using support::greeted;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

/// Waits so long, notes how it ended, and only then looks at its event: under AddressSanitizer this
/// shows that the event has outlived it.
Awaitable<Decision> slow_rcpt(event::Rcpt& rcpt, Recorder& ends, std::chrono::milliseconds time) {
  struct AtEnd {
    event::Rcpt& rcpt;
    Recorder& ends;
    ~AtEnd() { ends.add("ended " + rcpt.recipient.text() + " of " + rcpt.session.helo()); }
  };
  const AtEnd at_end{rcpt, ends};
  ends.add("began");
  co_await support::pause(time);
  co_return accept("2.1.5 waited");
}

auto slow(Recorder& ends, std::chrono::milliseconds time) {
  return [&ends, time](event::Rcpt& rcpt) { return slow_rcpt(rcpt, ends, time); };
}

ServerOptions impatient(std::chrono::milliseconds handler) {
  ServerOptions options = support::test_options();
  options.timeouts.handler = handler;
  options.timeouts.message_handler = handler;
  return options;
}

TEST(Waiting, AHandlerThatWaitsAnswers) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("slow", slow(ends, 5ms));
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250 2.1.5 waited"},
                             {"RCPT TO:<e@f>", "250 2.1.5 waited"}});
}

Awaitable<Decision> wait_and_pass(event::Rcpt& /*rcpt*/) {
  co_await support::pause(1ms);
  co_return pass();
}

TEST(Waiting, PlainAndWaitingHandlersStandInOneChain) {
  TestServer server;
  server.on<event::Rcpt>("first", [](event::Rcpt&) { return pass(); });
  server.on<event::Rcpt>("second", wait_and_pass);
  server.on<event::Rcpt>("third", wait_and_pass);
  server.on<event::Rcpt>("fourth", [](event::Rcpt&) { return accept("2.1.5 fourth"); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250 2.1.5 fourth"}});
  for (const HandlerInfo& info : server.chains().get<event::Rcpt>().handlers()) {
    EXPECT_EQ(info.calls, 1U) << info.name;
  }
}

Awaitable<Decision> note_and_pass(Recorder& events, std::string name) {
  co_await support::pause(1ms);
  events.add(std::move(name));
  co_return pass();
}

Awaitable<void> note(Recorder& events, std::string name) {
  co_await support::pause(1ms);
  events.add(std::move(name));
}

TEST(Waiting, EveryEventMayWait) {
  Recorder events;
  TestServer server;
  const auto waits = [&events](const char* name) {
    return [&events, name](auto&) { return note_and_pass(events, name); };
  };
  server.on<event::Connect>("w", [=](event::Connect& e) { return waits("connect")(e); });
  server.on<event::Banner>("w", [=](event::Banner& e) { return waits("banner")(e); });
  server.on<event::Helo>("w", [=](event::Helo& e) { return waits("helo")(e); });
  server.on<event::Mail>("w", [=](event::Mail& e) { return waits("mail")(e); });
  server.on<event::Rcpt>("w", [=](event::Rcpt& e) { return waits("rcpt")(e); });
  server.on<event::Data>("w", [=](event::Data& e) { return waits("data")(e); });
  server.on<event::Message>("w", [=](event::Message& e) { return waits("message")(e); });
  server.on<event::Unknown>("w", [=](event::Unknown& e) { return waits("unknown")(e); });
  server.on<event::Reset>("w", [&](event::Reset&) { return note(events, "reset"); });
  server.on<event::Disconnect>("w", [&](event::Disconnect&) { return note(events, "disconnect"); });
  server.on_verb("NOOP", "w", [=](event::Command& e) { return waits("noop")(e); });
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  client.command("WHAT");
  client.command("NOOP");
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RSET", "250"}, {"QUIT", "221"}});
  EXPECT_EQ(client.rest(), "");
  EXPECT_THAT(events.all(),
              testing::ElementsAre("connect", "banner", "helo", "unknown", "noop", "mail", "rcpt",
                                   "data", "message", "mail", "reset", "disconnect"));
}

TEST(Waiting, OthersAreServedMeanwhile) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("slow", slow(ends, 1h));
  server.start();
  SmtpClient waiter = greeted(server);
  waiter.command("MAIL FROM:<a@b>");
  waiter.send("RCPT TO:<c@d>\r\n");
  ASSERT_TRUE(ends.wait_for("began"));
  SmtpClient other = greeted(server);
  EXPECT_THAT(other.command("NOOP"), StartsWith("250"));
  server.stop(0ms);
  server.wait();
  EXPECT_EQ(ends.count("ended c@d of client.test"), 1U);
}

TEST(Waiting, AHandlerThatIsTooSlowIsCancelledAndItsEventOutlivesIt) {
  support::LogRecorder log;
  ServerOptions options = impatient(50ms);
  options.log = &log;
  Recorder ends;
  TestServer server{options};
  server.on<event::Rcpt>("slow", slow(ends, 1h));
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "451 4.3.0"}});
  EXPECT_TRUE(ends.wait_for("ended c@d of client.test"));
  EXPECT_THAT(log.wait_for_part("handler.failed"),
              HasSubstr("handler=slow why=cancelled: it waited too long"));
  // The session goes on.
  support::converse(client, {{"NOOP", "250"}, {"RCPT TO:<e@f>", "451 4.3.0"}, {"QUIT", "221"}});
}

/// Does not let itself be cancelled at once, as one who has to tidy up first.
Awaitable<Decision> stubborn(event::Rcpt& rcpt, Recorder& ends) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  co_await support::pause(120ms);
  ends.add("tidied up for " + rcpt.recipient.text());
  co_return accept();
}

TEST(Waiting, AHandlerThatEndsLateStillHasItsEventAndItsReplyCountsNoMore) {
  Recorder ends;
  TestServer server{impatient(80ms)};
  server.on<event::Rcpt>("stubborn", [&](event::Rcpt& rcpt) { return stubborn(rcpt, ends); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "451 4.3.0"}});
  EXPECT_THAT(client.command("DATA"), StartsWith("503"));
  EXPECT_EQ(ends.count("tidied up for c@d"), 1U);
}

Awaitable<Decision> stubborn_at_data(event::Data& data, Recorder& ends) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  co_await support::pause(120ms);
  ends.add("data for " + data.envelope.recipients.at(0).recipient.text());
  co_return accept();
}

// The refusal ends the transaction, whose envelope its handler still looks at.
TEST(Waiting, AHandlerThatEndsLateStillHasTheEnvelopeOfARefusedChunk) {
  Recorder ends;
  TestServer server{impatient(80ms)};
  support::accept_all(server);
  server.on<event::Data>("stubborn",
                         [&](event::Data& data) { return stubborn_at_data(data, ends); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
  client.send("BDAT 4 LAST\r\nhi\r\n");
  EXPECT_THAT(client.reply(), StartsWith("451 4.3.0"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
  EXPECT_EQ(ends.count("data for c@d"), 1U);
}

Awaitable<Decision> stubborn_at_message(event::Message& message, Recorder& ends) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  message.outcomes.set(0, {250, "2.0.0 fine"});
  for (const smtp::RcptArguments& recipient : message.envelope.recipients) {
    co_await support::pause(60ms);
    ends.add("message for " + recipient.recipient.text());
  }
  co_return accept();
}

// What it had settled counts no more, and nothing is stored.
TEST(Waiting, AMessageHandlerThatIsLateAcceptsForNobody) {
  for (const smtp::Protocol protocol : {smtp::Protocol::smtp, smtp::Protocol::lmtp}) {
    Recorder ends;
    ServerOptions options = support::test_options();
    options.protocol = protocol;
    options.timeouts.message_handler = 40ms;
    TestServer server{options};
    server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
    server.on<event::Message>("stubborn",
                              [&](event::Message& m) { return stubborn_at_message(m, ends); });
    server.start();
    SmtpClient client{server.listening().front()};
    EXPECT_THAT(client.reply(), StartsWith("220"));
    const bool is_lmtp = protocol == smtp::Protocol::lmtp;
    support::converse(client, {{is_lmtp ? "LHLO c" : "EHLO c", "250"},
                               {"MAIL FROM:<a@b>", "250"},
                               {"RCPT TO:<c@d>", "250"},
                               {"RCPT TO:<e@f>", "250"},
                               {"DATA", "354"},
                               {"x\r\n.", "451 4.3.0"}});
    if (is_lmtp) {
      EXPECT_THAT(client.reply(), StartsWith("451 4.3.0"));
    }
    EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
    EXPECT_EQ(ends.count("message for c@d"), 1U);
    EXPECT_EQ(ends.count("message for e@f"), 1U);
  }
}

TEST(Waiting, AMessageHandlerThatThrowsAcceptsForNobody) {
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>("throws", [](event::Message& message) -> Decision {
    message.outcomes.set(0, {250, "2.0.0 fine"});
    throw std::runtime_error("disk full");
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("451 4.3.0"));
}

TEST(Waiting, ARecipientWhomAHandlerTookAwayIsNone) {
  TestServer server;
  server.on_verb("RCPT", "eager", [](event::Command& command) {
    command.parsed.arguments = std::monostate{};
    return accept();
  });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "503"}});
}

TEST(Waiting, AMessageHandlerHasADeadlineOfItsOwn) {
  ServerOptions options = support::test_options();
  options.timeouts.message_handler = 30ms;
  TestServer server{options};
  support::accept_all(server);
  server.chains().get<event::Message>().prepend("slow", [](event::Message&) -> Awaitable<Decision> {
    co_await support::pause(1h);
    co_return accept();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("451 4.3.0"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
}

Awaitable<Decision> wait_and_throw(event::Rcpt& /*rcpt*/) {
  co_await support::pause(1ms);
  throw std::runtime_error("no luck");
}

TEST(Waiting, AHandlerThatThrowsAfterWaitingIs451) {
  support::LogRecorder log;
  ServerOptions options = support::test_options();
  options.log = &log;
  TestServer server{options};
  server.on<event::Rcpt>("broken", wait_and_throw);
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "451 4.3.0"}});
  EXPECT_THAT(log.wait_for_part("handler.failed"), HasSubstr("handler=broken why=no luck"));
}

TEST(Waiting, AClientThatGoesCancelsTheHandlerOfItsCommand) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("slow", slow(ends, 1h));
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  client.send("RCPT TO:<c@d>\r\n");
  ASSERT_TRUE(ends.wait_for("began"));
  client.close();
  EXPECT_TRUE(ends.wait_for("ended c@d of client.test"));
  EXPECT_TRUE(ends.wait_for("closed by client"));
}

Awaitable<Decision> slow_message(event::Message& message, Recorder& ends) {
  struct AtEnd {
    event::Message& message;
    Recorder& ends;
    ~AtEnd() { ends.add("ended behind " + std::string{message.content()}); }
  };
  const AtEnd at_end{message, ends};
  ends.add("began");
  co_await support::pause(1h);
  co_return accept();
}

TEST(Waiting, AClientThatGoesCancelsTheHandlerOfItsMessage) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>("slow",
                            [&](event::Message& message) { return slow_message(message, ends); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("x\r\n.\r\n");
  ASSERT_TRUE(ends.wait_for("began"));
  client.close();
  EXPECT_TRUE(ends.wait_for("ended behind x\r\n"));
  EXPECT_TRUE(support::wait_until([&] { return server.connection_count() == 0; }));
}

Awaitable<Decision> slow_connect(event::Connect& /*connect*/, Recorder& ends) {
  struct AtEnd {
    Recorder& ends;
    ~AtEnd() { ends.add("ended"); }
  };
  const AtEnd at_end{ends};
  ends.add("began");
  co_await support::pause(1h);
  co_return pass();
}

TEST(Waiting, AClientThatGoesCancelsTheHandlerOfItsConnect) {
  Recorder ends;
  TestServer server;
  server.on<event::Connect>("slow",
                            [&](event::Connect& connect) { return slow_connect(connect, ends); });
  server.start();
  SmtpClient client = server.client();
  ASSERT_TRUE(ends.wait_for("began"));
  client.close();
  EXPECT_TRUE(ends.wait_for("ended"));
  EXPECT_TRUE(support::wait_until([&] { return server.connection_count() == 0; }));
}

Awaitable<void> slow_cleanup(Recorder& ends, std::string name) {
  co_await support::pause(30ms);
  ends.add(std::move(name));
}

TEST(Waiting, AClientThatGoesDoesNotCancelItsCleanup) {
  Recorder ends;
  TestServer server;
  server.on<event::Reset>("slow", [&](event::Reset&) { return slow_cleanup(ends, "reset"); });
  server.on<event::Disconnect>(
      "slow", [&](event::Disconnect&) { return slow_cleanup(ends, "disconnect"); });
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  client.close();
  EXPECT_TRUE(support::wait_until([&] { return server.connection_count() == 0; }));
  EXPECT_THAT(ends.all(), testing::ElementsAre("reset", "disconnect"));
}

TEST(Waiting, AClientThatHasSentMoreIsNotGone) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("slow", slow(ends, 30ms));
  server.start();
  SmtpClient client = greeted(server);
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\r\nQUIT\r\n");
  client.finish_sending();
  for (const char* const expected : {"250 2.1.0", "250 2.1.5 waited", "250 2.0.0", "221"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
}

TEST(Waiting, CommandsThatCameMeanwhileAreAnsweredInOrder) {
  Recorder ends;
  TestServer server;
  server.on<event::Rcpt>("slow", slow(ends, 30ms));
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  client.send("RCPT TO:<c@d>\r\n");
  ASSERT_TRUE(ends.wait_for("began"));
  client.send("NOOP\r\n");
  EXPECT_EQ(client.reply(), "250 2.1.5 waited");
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
}

}  // namespace
}  // namespace quoth::session
