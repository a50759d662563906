// How a server ends.

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/body_sink.hpp>
#include <quoth/server.hpp>

#include "net/offload.hpp"
#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::StartsWith;

TEST(Stop, AnIdleClientGets421) {
  Recorder ends;
  TestServer server;
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  server.start();
  SmtpClient client = greeted(server);
  server.stop();
  EXPECT_EQ(client.rest(), "421 4.3.2 the server stops, try again later\r\n");
  server.wait();
  EXPECT_EQ(server.connection_count(), 0U);
  EXPECT_EQ(ends.all(), std::vector<std::string>{"server stops"});
}

TEST(Stop, ARunningTransactionFinishes) {
  TestServer server;
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  server.stop(1h);
  client.send("x\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250 2.0.0 OK queued"));
  EXPECT_THAT(client.reply(), StartsWith("421 4.3.2"));
  EXPECT_EQ(client.rest(), "");
  server.wait();
}

// A silence makes the connection give its buffer back, which is no reason to end it.
TEST(Stop, ARunningTransactionMayPause) {
  TestServer server;
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  server.stop(1h);
  EXPECT_FALSE(client.has_input(800ms));
  client.send("x\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250 2.0.0 OK queued"));
  EXPECT_THAT(client.reply(), StartsWith("421 4.3.2"));
  server.wait();
}

TEST(Stop, ATransactionThatHasJustBegunMayGoOn) {
  TestServer server;
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
  server.stop(1h);
  support::converse(client, {{"RCPT TO:<c@d>", "250"}, {"RSET", "250"}});
  EXPECT_THAT(client.reply(), StartsWith("421"));
  server.wait();
}

TEST(Stop, WhatOutlastsTheGraceIsCut) {
  Recorder ends;
  TestServer server;
  support::accept_all(server);
  server.on<event::Disconnect>("ends",
                               [&](event::Disconnect& e) { ends.add(std::string{e.reason}); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("half a mess");
  server.stop(50ms);
  EXPECT_EQ(client.rest(), "");
  server.wait();
  EXPECT_EQ(ends.all(), std::vector<std::string>{"cut by a stop"});
}

TEST(Stop, WhatOutlastsTheGraceOfTheOptionsIsCut) {
  ServerOptions options = support::test_options();
  options.grace = 50ms;
  TestServer server{options};
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  server.stop();
  EXPECT_EQ(client.rest(), "");
  server.wait();
}

TEST(Stop, ASecondStopMayBeMoreUrgent) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  server.stop(1h);
  server.stop(0ms);
  EXPECT_EQ(client.rest(), "");
  server.wait();
}

TEST(Stop, NobodyIsTakenAnyMore) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  server.stop(1h);
  EXPECT_TRUE(support::wait_until([&] {
    try {
      SmtpClient late = server.client();
      return false;
    } catch (const std::system_error& error) {
      return error.code() == std::errc::connection_refused;
    }
  }));
  server.stop(0ms);
  client.rest();
}

TEST(Stop, ComesFromAHandler) {
  TestServer server;
  server.on_verb("XSTOP", "stop", [&](event::Command&) {
    server.stop(0ms);
    return accept();
  });
  server.start();
  SmtpClient client = greeted(server);
  client.send("XSTOP\r\n");
  client.rest();
  server.wait();
  EXPECT_EQ(server.connection_count(), 0U);
}

TEST(Stop, TheDestructorStopsAtOnce) {
  Recorder ends;
  auto server = std::make_unique<TestServer>();
  server->on<event::Disconnect>("ends", [&](event::Disconnect&) { ends.add("gone"); });
  server->start();
  SmtpClient client = greeted(*server);
  client.command("MAIL FROM:<a@b>");
  server.reset();
  EXPECT_EQ(ends.count("gone"), 1U);
  EXPECT_EQ(client.rest(), "");
}

TEST(Stop, IsToldInTheLog) {
  support::LogRecorder log;
  ServerOptions options = support::test_options();
  options.log = &log;
  options.alias = "front";
  TestServer server{options};
  server.start();
  const std::string address = server.listening().front().address;
  server.stop();
  server.wait();
  const std::string about = "server=front listen=[" + address + "]";
  EXPECT_THAT(log.all(),
              testing::ElementsAre("info server.started " + about, "info server.stopping " + about,
                                   "info server.stopped " + about));
}

/// Notes that it was committed.
class NotingSink final : public BodySink {
 public:
  explicit NotingSink(Recorder& events) : events_{events} {}
  bool append(std::string_view /*octets*/) override { return false; }
  Awaitable<Result<void>> flush() override { co_return Result<void>{}; }
  Awaitable<Result<void>> commit(const Acceptance& /*acceptance*/) override {
    events_.add("committed");
    co_return Result<void>{};
  }

 private:
  Recorder& events_;
};

Awaitable<Decision> accept_late(Server& server, Recorder& events) {
  server.stop(20ms);
  events.add("stops");
  co_await support::pause(60ms);
  co_return accept();
}

// The loop is kept busy until both the grace is over and the handler's wait: the cut comes just
// ahead of the handler's answer.
TEST(Stop, AMessageThatIsAcceptedAsItIsCutIsNeverAcknowledgedUnstored) {
  Recorder events;
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Data>("store", [&](event::Data& data) {
    data.store_in(std::make_unique<NotingSink>(events));
    return pass();
  });
  server.on<event::Message>("late", [&](event::Message&) { return accept_late(server, events); });
  server.on_verb("NOOP", "block", [](event::Command&) {
    std::this_thread::sleep_for(150ms);
    return pass();
  });
  server.start();
  SmtpClient other = greeted(server);
  other.command("MAIL FROM:<a@b>");
  SmtpClient client = greeted(server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("x\r\n.\r\n");
  ASSERT_TRUE(events.wait_for("stops"));
  other.send("NOOP\r\n");
  const std::string said = client.rest();
  EXPECT_EQ(said.find("250") != std::string::npos, events.count("committed") == 1) << said;
}

/// Its commit runs on threads of a plugin's own, and takes longer than any stop waits.
class EndlessSink final : public BodySink {
 public:
  EndlessSink(net::BlockingPool& pool, Recorder& events) : pool_{pool}, events_{events} {}
  bool append(std::string_view octets) override {
    text_ += octets;
    return false;
  }
  Awaitable<Result<void>> flush() override { co_return Result<void>{}; }
  Awaitable<Result<void>> commit(const Acceptance& /*acceptance*/) override {
    auto work = [this] {
      events_.add("commits");
      std::this_thread::sleep_for(6s);
      events_.add("committed " + text_);
      return true;
    };
    co_await net::offload(pool_, std::move(work));
    co_return Result<void>{};
  }

 private:
  net::BlockingPool& pool_;
  Recorder& events_;
  std::string text_;
};

class EndlessStore final : public Plugin {
 public:
  explicit EndlessStore(Recorder& events) : events_{events} {}
  EndlessStore(const EndlessStore&) = delete;
  EndlessStore& operator=(const EndlessStore&) = delete;
  ~EndlessStore() override = default;
  [[nodiscard]] std::string_view name() const noexcept override { return "endless"; }
  void stop() noexcept override { pool_.join(); }
  void attach(Chains& chains) override {
    chains.get<event::Data>().append("endless", [this](event::Data& data) {
      data.store_in(std::make_unique<EndlessSink>(pool_, events_));
      return pass();
    });
  }

 private:
  Recorder& events_;
  net::BlockingPool pool_{1};
};

TEST(Stop, AStoreThatOutlastsEveryPatienceStillHasItsSink) {
  Recorder events;
  auto server = std::make_unique<TestServer>();
  support::accept_all(*server);
  server->use(std::make_unique<EndlessStore>(events));
  server->start();
  SmtpClient client = greeted(*server);
  support::converse(client,
                    {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
  client.send("x\r\n.\r\n");
  ASSERT_TRUE(events.wait_for("commits"));
  server.reset();
  EXPECT_EQ(events.count("committed x\r\n"), 1U);
}

/// run() in a thread, since it takes the caller's.
class RunTest : public testing::Test {
 protected:
  void run() {
    thread_ = std::thread{[this] { exit_code_ = server_.run(); }};
    EXPECT_TRUE(support::wait_until([this] { return !server_.listening().empty(); }));
  }
  int ended() {
    thread_.join();
    return exit_code_;
  }

  TestServer server_;
  std::thread thread_;
  int exit_code_ = -1;
};

TEST_F(RunTest, ServesUntilStop) {
  run();
  SmtpClient client = greeted(server_);
  server_.stop();
  EXPECT_THAT(client.rest(), StartsWith("421"));
  EXPECT_EQ(ended(), 0);
}

TEST_F(RunTest, SigtermDrainsAndASecondOneCuts) {
  run();
  SmtpClient idle = greeted(server_);
  SmtpClient busy = greeted(server_);
  busy.command("MAIL FROM:<a@b>");
  ASSERT_EQ(::raise(SIGTERM), 0);
  EXPECT_THAT(idle.rest(), StartsWith("421"));
  EXPECT_THAT(busy.command("NOOP"), StartsWith("250"));
  ASSERT_EQ(::raise(SIGTERM), 0);
  EXPECT_EQ(busy.rest(), "");
  EXPECT_EQ(ended(), 0);
}

TEST_F(RunTest, SigintStopsAsWell) {
  run();
  SmtpClient client = greeted(server_);
  ASSERT_EQ(::raise(SIGINT), 0);
  EXPECT_THAT(client.rest(), StartsWith("421"));
  EXPECT_EQ(ended(), 0);
}

}  // namespace
}  // namespace quoth::server
