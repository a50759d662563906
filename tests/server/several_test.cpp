// Several servers in a process, several threads in a server, and a server on a host's own loop.

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::server {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;
namespace asio = boost::asio;

ServerOptions named(std::string alias) {
  ServerOptions options = support::test_options();
  options.alias = std::move(alias);
  return options;
}

TEST(SeveralServers, LiveInOneProcessToldApartByTheirAlias) {
  support::LogRecorder log;
  ServerOptions front_options = named("front");
  front_options.log = &log;
  front_options.hostname = "front.test";
  TestServer front{front_options};
  TestServer back{named("back")};
  const auto tell = [](event::Command& command) {
    return accept("2.0.0 " + std::string{command.session.server()});
  };
  front.on_verb("XWHO", "who", tell);
  back.on_verb("XWHO", "who", tell);
  support::accept_all(back);
  front.start();
  back.start();
  SmtpClient one = front.client();
  EXPECT_THAT(one.reply(), StartsWith("220 front.test"));
  support::converse(one, {{"EHLO c.test", "250-front.test"}, {"MAIL FROM:<a@b>", "250"}});
  SmtpClient two = greeted(back);
  EXPECT_EQ(one.command("XWHO"), "250 2.0.0 front");
  EXPECT_EQ(two.command("XWHO"), "250 2.0.0 back");
  // Handlers of the one are not the other's.
  EXPECT_THAT(one.command("RCPT TO:<c@d>"), StartsWith("550"));
  EXPECT_THAT(support::send_message(two, {"c@d"}, "x\r\n"), StartsWith("250"));
  front.stop(0ms);
  front.wait();
  EXPECT_THAT(two.command("NOOP"), StartsWith("250"));
  for (const std::string& line : log.all()) EXPECT_THAT(line, HasSubstr("server=front"));
}

TEST(SeveralThreads, ShareOnePortAndAllServe) {
  std::atomic<int> messages{0};
  ServerOptions options = support::test_options();
  options.threads = 2;
  options.connections = {.total = 100, .per_ip = 100};
  TestServer server{options};
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>("accept", [&](event::Message&) {
    ++messages;
    return accept();
  });
  server.start();
  ASSERT_EQ(server.listening().size(), 1U);
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        SmtpClient client = greeted(server);
        EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
        client.command("QUIT");
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(messages, 40);
  server.stop();
  server.wait();
  EXPECT_EQ(server.connection_count(), 0U);
}

TEST(SeveralThreads, ShareAUnixSocket) {
  const support::TemporaryFolder folder;
  ServerOptions options = support::test_options();
  options.threads = 2;
  options.listen = {"unix:" + folder / "s"};
  TestServer server{options};
  server.start();
  std::vector<std::unique_ptr<SmtpClient>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<SmtpClient>(greeted(server)));
  EXPECT_EQ(server.connection_count(), 8U);
}

TEST(SeveralThreads, ChainsAreEditedWhileAllServe) {
  std::atomic<bool> is_over{false};
  ServerOptions options = support::test_options();
  options.threads = 2;
  options.limits.junk_commands = 1000;
  TestServer server{options};
  server.start();
  std::thread editor{[&] {
    while (!is_over) {
      server.on<event::Mail>("come", [](event::Mail&) { return pass(); });
      server.chains().verb("NOOP").prepend("come", [](event::Command&) { return pass(); });
      server.chains().get<event::Mail>().remove("come");
      server.chains().verb("NOOP").remove("come");
    }
  }};
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      SmtpClient client = greeted(server);
      for (int n = 0; n < 100; ++n) {
        support::converse(client, {{"NOOP", "250"}, {"MAIL FROM:<a@b>", "250"}, {"RSET", "250"}});
      }
    });
  }
  for (std::thread& client : clients) client.join();
  is_over = true;
  editor.join();
}

/// A program with an io_context of its own, run by one thread.
class HostTest : public testing::Test {
 protected:
  void serve(Server& server) {
    asio::co_spawn(io_, server.serve(), [this](const std::exception_ptr& error) {
      failure_ = error;
      has_ended_ = true;
    });
    thread_ = std::thread{[this] { io_.run(); }};
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  asio::io_context io_{1};
  std::thread thread_;
  std::exception_ptr failure_;
  std::atomic<bool> has_ended_{false};
};

TEST_F(HostTest, ServesOnTheHostsLoop) {
  support::Recorder seen;
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>("accept", [&](event::Message&) {
    seen.add(std::this_thread::get_id() == thread_.get_id() ? "host's thread" : "another");
    return accept();
  });
  serve(server);
  ASSERT_TRUE(support::wait_until([&] { return !server.listening().empty(); }));
  {
    SmtpClient client = greeted(server);
    EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
    client.command("QUIT");
    client.rest();
  }
  EXPECT_FALSE(has_ended_);
  server.stop();
  join();
  EXPECT_TRUE(has_ended_);
  EXPECT_FALSE(failure_);
  EXPECT_EQ(seen.count("host's thread"), 1U);
}

TEST_F(HostTest, TheHostsOwnWorkGoesOn) {
  TestServer server;
  serve(server);
  std::atomic<bool> has_run{false};
  asio::post(io_, [&] { has_run = true; });
  EXPECT_TRUE(support::wait_until([&] { return has_run.load(); }));
  ASSERT_TRUE(support::wait_until([&] { return !server.listening().empty(); }));
  server.stop(0ms);
  join();
  EXPECT_TRUE(has_ended_);
}

TEST_F(HostTest, CompletesWhenTheLastSessionHasEnded) {
  TestServer server;
  serve(server);
  ASSERT_TRUE(support::wait_until([&] { return !server.listening().empty(); }));
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  server.stop(1h);
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
  EXPECT_FALSE(has_ended_);
  client.command("RSET");
  client.rest();
  join();
  EXPECT_TRUE(has_ended_);
}

TEST_F(HostTest, AnAddressInUseIsAnExceptionOfServe) {
  TestServer first;
  first.start();
  ServerOptions options = support::test_options();
  options.listen = {first.listening().front().address};
  TestServer second{options};
  serve(second);
  join();
  EXPECT_TRUE(has_ended_);
  EXPECT_THROW(std::rethrow_exception(failure_), boost::system::system_error);
}

TEST_F(HostTest, TwoServersShareALoop) {
  TestServer one;
  TestServer two;
  asio::co_spawn(io_, one.serve(), [](const std::exception_ptr& error) { EXPECT_FALSE(error); });
  serve(two);
  ASSERT_TRUE(
      support::wait_until([&] { return !one.listening().empty() && !two.listening().empty(); }));
  SmtpClient client_one = greeted(one);
  SmtpClient client_two = greeted(two);
  EXPECT_THAT(client_one.command("NOOP"), StartsWith("250"));
  one.stop();
  two.stop();
  join();
}

}  // namespace
}  // namespace quoth::server
