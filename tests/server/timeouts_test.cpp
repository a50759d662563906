// Whoever keeps the server waiting is told so, and let go.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::StartsWith;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view farewell = "421 4.4.2 timeout, closing connection\r\n";

class TimeoutsTest : public testing::Test {
 protected:
  void start(Timeouts timeouts) {
    ServerOptions options = support::test_options();
    options.timeouts = timeouts;
    options.limits.junk_commands = 1'000'000;
    server_ = std::make_unique<TestServer>(options);
    support::accept_all(*server_);
    server_->on<event::Disconnect>(
        "ends", [this](event::Disconnect& e) { ends_.add(std::string{e.reason}); });
    server_->start();
  }

  Recorder ends_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(TimeoutsTest, ASilentClient) {
  start({.command = 100ms});
  SmtpClient client = server_->client();
  client.reply();
  EXPECT_EQ(client.rest(), farewell);
  EXPECT_TRUE(ends_.wait_for("timeout"));
}

TEST_F(TimeoutsTest, ASilentClientBeyondTheTimeThatBuffersAreKept) {
  start({.command = 700ms});
  SmtpClient client = server_->client();
  client.reply();
  const SteadyClock::time_point begin = SteadyClock::now();
  EXPECT_EQ(client.rest(), farewell);
  EXPECT_GE(SteadyClock::now() - begin, 600ms);
}

TEST_F(TimeoutsTest, ALongSilenceWithinTheTimeIsAllowed) {
  start({.command = 20s});
  SmtpClient client = greeted(*server_);
  EXPECT_FALSE(client.has_input(700ms));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
}

TEST_F(TimeoutsTest, ACommandThatTricklesInHasNoMoreTime) {
  start({.command = 300ms});
  SmtpClient client = server_->client();
  client.reply();
  const SteadyClock::time_point begin = SteadyClock::now();
  while (!client.has_input(20ms)) client.send("N");
  EXPECT_EQ(client.rest(), farewell);
  EXPECT_LT(SteadyClock::now() - begin, 10s);
}

TEST_F(TimeoutsTest, EachCommandHasItsTimeAnew) {
  start({.command = 400ms});
  SmtpClient client = server_->client();
  client.reply();
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(client.has_input(120ms));
    EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
  }
}

TEST_F(TimeoutsTest, AMessageThatStopsComing) {
  start({.data = 100ms});
  SmtpClient client = greeted(*server_);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("half a message\r\n");
  EXPECT_EQ(client.rest(), farewell);
  EXPECT_TRUE(ends_.wait_for("timeout"));
}

TEST_F(TimeoutsTest, AMessageHasItsTimeForEachPiece) {
  start({.command = 200ms, .data = 400ms});
  SmtpClient client = greeted(*server_);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(client.has_input(120ms));
    client.send("a line\r\n");
  }
  EXPECT_THAT(client.command("."), StartsWith("250"));
}

TEST_F(TimeoutsTest, AClientThatDoesNotReadItsReplies) {
  start({.command = 20s, .write = 200ms});
  SmtpClient client{server_->listening().front(), 2048};
  EXPECT_THAT(client.reply(), StartsWith("220"));
  std::string commands;
  for (int i = 0; i < 1000; ++i) commands += "HELP\r\n";
  // Until nothing is taken any more: replies fill the kernel's buffers, and the server waits.
  try {
    static_cast<void>(client.send_until_stalled(commands, 5s));
  } catch (const std::system_error&) {
    // Cut while sending.
  }
  EXPECT_TRUE(ends_.wait_for("client does not read"));
}

}  // namespace
}  // namespace quoth::server
