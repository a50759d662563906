// Defects that a review found, each with the test that would have caught it.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::StartsWith;

ServerOptions with_little_memory() {
  ServerOptions options = support::test_options();
  options.memory_bytes = std::size_t{1} << 20U;
  return options;
}

/// Keeps a reference into the envelope over a wait that is cancelled.
Awaitable<Decision> look_after_cancellation(event::Message& message, Recorder& events) {
  const smtp::RcptArguments& first = message.envelope.recipients.front();
  try {
    co_await support::pause(1h);
  } catch (const std::exception&) {
    events.add(first.recipient.text());
  }
  co_return pass();
}

TEST(Defects, ACancelledMessageHandlerMayStillLookAtTheEnvelope) {
  Recorder events;
  ServerOptions options = support::test_options();
  options.timeouts.message_handler = 20ms;
  TestServer server{std::move(options)};
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>(
      "late", [&](event::Message& message) { return look_after_cancellation(message, events); });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(support::send_message(client, {"a.recipient.with.a.long.name@local.test"}, "x\r\n"),
              StartsWith("451"));
  EXPECT_TRUE(events.wait_for("a.recipient.with.a.long.name@local.test"));
}

/// No coroutine itself: it throws before there is one.
Awaitable<Decision> throw_at_once(event::Mail& /*mail*/) { throw std::runtime_error{"at once"}; }

TEST(Defects, AWaitingHandlerThatThrowsBeforeItWaitsHarmsNobody) {
  TestServer server;
  server.on<event::Mail>("throws", throw_at_once);
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "451 4.3.0"}, {"NOOP", "250"}});
}

TEST(Defects, AGrammarThatThrowsHarmsNobody) {
  TestServer server;
  server.dialect().define(
      smtp::Verb{.name = "XNUMBER",
                 .syntax = "XNUMBER number",
                 .grammar = [](std::string_view argument, const smtp::Dialect&) -> smtp::Parsed {
                   static_cast<void>(std::stoi(std::string{argument}));
                   return smtp::Arguments{};
                 }});
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"XNUMBER many", "451 4.3.0"}, {"NOOP", "250"}});
}

class ThrowingSink final : public BodySink {
 public:
  bool append(std::string_view /*octets*/) override { throw std::runtime_error{"no"}; }
  Awaitable<Result<void>> flush() override { co_return Result<void>{}; }
  Awaitable<Result<void>> commit(const Acceptance& /*acceptance*/) override {
    co_return Result<void>{};
  }
};

TEST(Defects, ASinkThatThrowsEndsItsSessionAlone) {
  Recorder ends;
  TestServer server;
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  support::accept_all(server);
  server.on<event::Data>("sink", [](event::Data& data) {
    data.store_in(std::make_unique<ThrowingSink>());
    return pass();
  });
  server.start();
  SmtpClient other = greeted(server);
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("x\r\n.\r\n");
  EXPECT_EQ(client.rest(), "421 4.3.0 internal error, try again later\r\n");
  EXPECT_TRUE(ends.wait_for("internal error"));
  support::converse(other, {{"NOOP", "250"}});
}

class ForgetfulSink final : public BodySink {
 public:
  explicit ForgetfulSink(Recorder& events) : events_{events} {}
  bool append(std::string_view octets) override {
    taken_ += octets.size();
    if (taken_ > std::size_t{3} << 20U) events_.add("three MiB");
    return false;
  }
  Awaitable<Result<void>> flush() override { co_return Result<void>{}; }
  Awaitable<Result<void>> commit(const Acceptance& /*acceptance*/) override {
    co_return Result<void>{};
  }

 private:
  Recorder& events_;
  std::size_t taken_ = 0;
};

TEST(Defects, WhatASinkDoesNotHoldIsNotCharged) {
  Recorder events;
  TestServer server{with_little_memory()};
  support::accept_all(server);
  server.on<event::Data>("sink", [&](event::Data& data) {
    data.store_in(std::make_unique<ForgetfulSink>(events));
    return pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  const std::string line = std::string(998, 'x') + "\r\n";
  for (int i = 0; i < 4000; ++i) client.send(line);
  ASSERT_TRUE(events.wait_for("three MiB"));
  SmtpClient other = greeted(server);
  support::converse(other, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
}

TEST(Defects, RecipientsThatAreRefusedAreNotCharged) {
  TestServer server{with_little_memory()};
  server.on<event::Rcpt>("greylist", [](event::Rcpt& rcpt) {
    return rcpt.recipient.local() == "known" ? accept() : defer();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
  std::string group;
  for (int i = 0; i < 100; ++i) group += "RCPT TO:<somebody.with.a.long.name@local.test>\r\n";
  for (int round = 0; round < 80; ++round) {
    client.send(group);
    for (int i = 0; i < 100; ++i) EXPECT_THAT(client.reply(), StartsWith("451"));
  }
  EXPECT_THAT(client.command("RCPT TO:<known@local.test>"), StartsWith("250"));
}

TEST(Defects, ARawHandlerCannotGoBeyondTheRecipientsLimit) {
  ServerOptions options = support::test_options();
  options.limits.recipients = 2;
  TestServer server{std::move(options)};
  server.on_verb("RCPT", "all", [](event::Command&) { return accept("2.1.5 mine"); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"RCPT TO:<e@f>", "250"},
                             {"RCPT TO:<g@h>", "452 4.5.3"}});
}

}  // namespace
}  // namespace quoth
