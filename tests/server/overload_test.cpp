// A server with many connections has less patience with each.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
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

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::EndsWith;
using testing::StartsWith;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view farewell = "421 4.4.2 timeout, closing connection\r\n";

/// Overloaded with three connections of four, until fewer than three are left.
class OverloadTest : public testing::Test {
 protected:
  void start(std::chrono::milliseconds timeout, std::optional<unsigned> percent = 75) {
    ServerOptions options = support::test_options();
    options.connections = {.total = 4, .per_ip = 10};
    options.defences.overload_percent = percent;
    options.defences.overload_timeout = timeout;
    options.log = &log_;
    server_ = std::make_unique<TestServer>(options);
    support::accept_all(*server_);
    server_->start();
  }

  [[nodiscard]] std::size_t count() const { return server_->connection_count(); }

  support::LogRecorder log_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(OverloadTest, IsToldOnceAtItsBeginAndOnceAtItsEnd) {
  start(20s);
  SmtpClient one = greeted(*server_);
  std::optional<SmtpClient> two = greeted(*server_);
  EXPECT_EQ(server_->defences().get(Defence::overload), 0U);
  std::optional<SmtpClient> three = greeted(*server_);
  EXPECT_EQ(log_.wait_for_part("defence"),
            "warn defence server=smtpd defence=overload state=begins connections=3");
  SmtpClient four = greeted(*server_);
  EXPECT_EQ(server_->defences().get(Defence::overload), 1U);
  four.close();
  EXPECT_TRUE(support::wait_until([&] { return count() == 3; }));
  // One that goes and comes again is no end and no new begin.
  three.reset();
  EXPECT_TRUE(support::wait_until([&] { return count() == 2; }));
  three.emplace(greeted(*server_));
  EXPECT_EQ(server_->defences().get(Defence::overload), 1U);
  three.reset();
  two.reset();
  EXPECT_TRUE(log_.wait_for("info defence server=smtpd defence=overload state=ends connections=1"));
  two.emplace(greeted(*server_));
  three.emplace(greeted(*server_));
  EXPECT_TRUE(support::wait_until([&] { return server_->defences().get(Defence::overload) == 2; }));
}

TEST_F(OverloadTest, CutsWhoIsSilent) {
  start(100ms);
  SmtpClient one = greeted(*server_);
  SmtpClient two = greeted(*server_);
  EXPECT_FALSE(one.has_input(300ms)) << "two are no overload";
  SmtpClient three = server_->client();
  three.reply();
  // All of them, wherever they were in their five minutes.
  for (SmtpClient* const client : {&one, &two, &three}) EXPECT_EQ(client->rest(), farewell);
  EXPECT_TRUE(support::wait_until([&] { return count() == 0; }));
  SmtpClient later = greeted(*server_);
  EXPECT_FALSE(later.has_input(300ms)) << "it has all the time again";
}

TEST_F(OverloadTest, ReachesTheClientsOfAllThreads) {
  ServerOptions options = support::test_options();
  options.threads = 4;
  options.connections = {.total = 40, .per_ip = 40};
  options.defences.overload_percent = 50;
  options.defences.overload_timeout = 100ms;
  server_ = std::make_unique<TestServer>(options);
  server_->start();
  std::vector<SmtpClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(server_->client());
    EXPECT_THAT(clients.back().reply(), StartsWith("220"));
  }
  for (SmtpClient& client : clients) EXPECT_EQ(client.rest(), farewell);
  EXPECT_EQ(server_->defences().get(Defence::overload), 1U);
}

TEST_F(OverloadTest, CutsWhoHasBeenSilentForSoLongThatHisBufferIsGone) {
  start(100ms);
  SmtpClient one = greeted(*server_);
  EXPECT_FALSE(one.has_input(700ms));
  SmtpClient two = greeted(*server_);
  SmtpClient three = server_->client();
  EXPECT_EQ(one.rest(), farewell);
}

TEST_F(OverloadTest, HoldsForHalfACommandAndForAMessage) {
  start(100ms);
  SmtpClient half = greeted(*server_);
  half.send("MAIL FR");
  SmtpClient message = greeted(*server_);
  support::converse(message,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  // So much that its rate is no matter for some seconds.
  for (int line = 0; line < 50; ++line)
    message.send("half a message of many lines, each of them so long\r\n");
  SmtpClient three = server_->client();
  EXPECT_EQ(half.rest(), farewell);
  EXPECT_EQ(message.rest(), farewell);
}

TEST_F(OverloadTest, ACommandThatTricklesInHasNoMoreTime) {
  start(300ms);
  SmtpClient one = greeted(*server_);
  SmtpClient two = greeted(*server_);
  SmtpClient slow = server_->client();
  slow.reply();
  const SteadyClock::time_point begin = SteadyClock::now();
  while (!slow.has_input(20ms)) slow.send("N");
  EXPECT_EQ(slow.rest(), farewell);
  EXPECT_LT(SteadyClock::now() - begin, 10s);
}

TEST_F(OverloadTest, LeavesWhoIsQuickAlone) {
  start(400ms);
  SmtpClient one = greeted(*server_);
  SmtpClient two = greeted(*server_);
  SmtpClient quick = greeted(*server_);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(quick.has_input(120ms));
    EXPECT_THAT(quick.command("NOOP"), StartsWith("250"));
  }
  EXPECT_THAT(support::send_message(quick, {"c@d"}, "text\r\n"), StartsWith("250"));
}

TEST_F(OverloadTest, IsInTheCountersOfTheLog) {
  start(20s);
  server_->log_counters();
  EXPECT_TRUE(log_.wait_for("info server.counters server=smtpd connections=0"));
  {
    std::vector<SmtpClient> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(greeted(*server_));
    EXPECT_THAT(server_->client().rest(), StartsWith("421 4.3.2"));
    server_->log_counters();
  }
  const std::string counters = " total_connections=1 overload=1";
  EXPECT_TRUE(log_.wait_for("info server.counters server=smtpd connections=4" + counters));
  server_->stop();
  EXPECT_THAT(log_.wait_for_part("server.stopped"), EndsWith(counters));
}

TEST_F(OverloadTest, CanBeTurnedOff) {
  start(1ms, std::nullopt);
  std::vector<SmtpClient> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(greeted(*server_));
  EXPECT_FALSE(clients.front().has_input(100ms));
  EXPECT_EQ(server_->defences().get(Defence::overload), 0U);
}

}  // namespace
}  // namespace quoth::server
