// What one client, and all together, may ask for: at each limit, and one past it.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Limits, ConnectionsInTotal) {
  support::LogRecorder log;
  ServerOptions options = support::test_options();
  options.connections = {.total = 2, .per_ip = 10};
  options.log = &log;
  TestServer server{options};
  server.start();
  SmtpClient one = greeted(server);
  SmtpClient two = greeted(server);
  EXPECT_EQ(server.connection_count(), 2U);
  EXPECT_EQ(server.client().rest(), "421 4.3.2 too many connections, try again later\r\n");
  EXPECT_THAT(log.wait_for_part("connection.refused"), HasSubstr("code=421 4.3.2"));
  one.command("QUIT");
  one.rest();
  EXPECT_TRUE(support::wait_until([&] { return server.connection_count() == 1; }));
  SmtpClient three = greeted(server);
}

TEST(Limits, ConnectionsOfOneAddress) {
  const support::TemporaryFolder folder;
  ServerOptions options = support::test_options();
  options.connections = {.total = 10, .per_ip = 1};
  options.listen = {"127.0.0.1:0", "[::1]:0", "unix:" + folder / "s"};
  TestServer server{options};
  server.start();
  SmtpClient one = greeted(server);
  EXPECT_EQ(server.client().rest(), "421 4.7.0 too many connections from your address\r\n");
  // Another address has a count of its own, and Unix sockets have none.
  SmtpClient v6{server.listening()[1]};
  SmtpClient local_one{server.listening()[2]};
  SmtpClient local_two{server.listening()[2]};
  for (SmtpClient* const client : {&v6, &local_one, &local_two}) {
    EXPECT_THAT(client->reply(), StartsWith("220"));
  }
  one.close();
  EXPECT_TRUE(support::wait_until([&] { return server.connection_count() == 3; }));
  SmtpClient again = greeted(server);
}

/// Connects from 127.0.0.1, .2 and on as long as it is greeted, and stays; then counts.
class Neighbours : public testing::Test {
 protected:
  void start(ConnectionLimits connections) {
    ServerOptions options = support::test_options();
    options.connections = connections;
    options.log = &log_;
    server_ = std::make_unique<TestServer>(options);
    server_->start();
  }

  /// @returns what the first who was refused heard.
  std::string fill() {
    for (int host = 1; host < 10; ++host) {
      SmtpClient client{server_->listening().front(), "127.0.0." + std::to_string(host)};
      const std::string banner = client.reply();
      if (!banner.starts_with("220")) return banner;
      clients_.push_back(std::move(client));
    }
    return "";
  }

  [[nodiscard]] std::uint64_t count(Defence defence) const {
    return server_->defences().get(defence);
  }

  support::LogRecorder log_;
  std::unique_ptr<TestServer> server_;
  std::vector<SmtpClient> clients_;
};

TEST_F(Neighbours, OfOneNetworkHaveALimit) {
  start({.per_network = 3});
  EXPECT_EQ(fill(), "421 4.7.0 too many connections from your network");
  EXPECT_EQ(clients_.size(), 3U);
  EXPECT_EQ(count(Defence::network_connections), 1U);
  EXPECT_EQ(log_.wait_for_part("connection.refused"),
            "info connection.refused server=smtpd ip=127.0.0.4 "
            "code=421 4.7.0 too many connections from your network "
            "defence=network_connections times=1");
  SmtpClient elsewhere{server_->listening().front(), std::string{"127.0.1.4"}};
  EXPECT_THAT(elsewhere.reply(), StartsWith("220"));
}

TEST_F(Neighbours, OfOneNetworkHaveARate) {
  start({.ip_rate = 1, .network_rate = 4});
  EXPECT_EQ(fill(), "421 4.7.0 your network connects too often, try again later");
  EXPECT_EQ(clients_.size(), 4U);
  EXPECT_EQ(count(Defence::network_rate), 1U);
  EXPECT_THAT(log_.wait_for_part("connection.refused"), HasSubstr("defence=network_rate"));
}

TEST_F(Neighbours, HaveARateEach) {
  start({.ip_rate = 1});
  EXPECT_EQ(fill(), "");
  clients_.clear();
  EXPECT_EQ(fill(), "421 4.7.0 your address connects too often, try again later");
  EXPECT_EQ(count(Defence::ip_rate), 1U);
  EXPECT_THAT(log_.wait_for_part("connection.refused"), HasSubstr("defence=ip_rate"));
}

TEST_F(Neighbours, WhoFloodHaveALineForEachPowerOfTwo) {
  start({.per_network = 1});
  SmtpClient one = server_->client();
  EXPECT_THAT(one.reply(), StartsWith("220"));
  for (std::uint64_t i = 1; i <= 9; ++i) {
    EXPECT_THAT(fill(), StartsWith("421 4.7.0"));
    EXPECT_EQ(count(Defence::network_connections), i);
  }
  const std::vector<std::string> lines = log_.all();
  EXPECT_EQ(std::ranges::count_if(lines,
                                  [](const std::string& line) {
                                    return line.find("connection.refused") != std::string::npos;
                                  }),
            4);
}

/// A server that takes everything, with limits of its own.
class ProtocolLimits : public testing::Test {
 protected:
  SmtpClient start(smtp::Limits limits) {
    ServerOptions options = support::test_options();
    options.limits = limits;
    server_ = std::make_unique<TestServer>(options);
    server_->on<event::Rcpt>("some", [](event::Rcpt& rcpt) {
      return rcpt.recipient.local() == "nobody" ? reject("5.1.1 nobody") : pass();
    });
    support::accept_all(*server_);
    server_->start();
    return greeted(*server_);
  }

  std::unique_ptr<TestServer> server_;
};

TEST_F(ProtocolLimits, OctetsOfAMessage) {
  SmtpClient client = start({.message_bytes = 2000});
  EXPECT_THAT(client.command("EHLO c.test"), HasSubstr("SIZE 2000"));
  const std::string fits = std::string(998, 'x') + "\r\n" + std::string(998, 'x') + "\r\n";
  EXPECT_THAT(support::send_message(client, {"c@d"}, fits), StartsWith("250"));
  EXPECT_THAT(support::send_message(client, {"c@d"}, "y" + fits.substr(1) + "\r\n"),
              StartsWith("552 5.3.4"));
  EXPECT_THAT(client.command("MAIL FROM:<a@b> SIZE=2001"), StartsWith("552 5.3.4"));
  EXPECT_THAT(client.command("MAIL FROM:<a@b> SIZE=2000"), StartsWith("250"));
}

TEST_F(ProtocolLimits, RecipientsOfATransaction) {
  SmtpClient client = start({.recipients = 2});
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"RCPT TO:<e@f>", "250"},
                             {"RCPT TO:<g@h>", "452 4.5.3"},
                             {"DATA", "354"},
                             {".", "250"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<g@h>", "250"}});
}

TEST_F(ProtocolLimits, Errors) {
  SmtpClient client = start({.errors = 3});
  support::converse(client, {{"WHAT", "500"}, {"MAIL FROM:<>", "250"}, {"WHAT", "500"}});
  EXPECT_THAT(client.command("WHAT"), StartsWith("421 4.7.0 too many errors"));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ProtocolLimits, RefusedRecipientsCountForThemselves) {
  SmtpClient client = start({.errors = 1, .refused_recipients = 3});
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<nobody@d>", "550"},
                             {"RCPT TO:<c@d>", "250"},
                             {"RCPT TO:<nobody@d>", "550"},
                             {"RCPT TO:<nobody@d>", "421 4.7.0"}});
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ProtocolLimits, OctetsOfACommandLine) {
  SmtpClient client = start({.command_line_bytes = 600});
  EXPECT_THAT(client.command("NOOP " + std::string(593, 'x')), StartsWith("250"));
  EXPECT_THAT(client.command("NOOP " + std::string(594, 'x')), StartsWith("500 5.5.6"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
}

TEST_F(ProtocolLimits, ReceivedFields) {
  SmtpClient client = start({.received_fields = 2});
  const std::string hop = "Received: by hop\r\n";
  EXPECT_THAT(support::send_message(client, {"c@d"}, hop + hop + "\r\n"), StartsWith("250"));
  EXPECT_THAT(support::send_message(client, {"c@d"}, hop + hop + hop + "\r\n"),
              StartsWith("554 5.4.6"));
}

/// A budget of one MiB, which a few clients can fill.
class MemoryLimit : public testing::Test {
 protected:
  MemoryLimit() {
    ServerOptions options = support::test_options();
    options.memory_bytes = std::size_t{1} << 20U;
    options.content_in_memory_bytes = std::size_t{64} << 20U;
    options.limits.recipients = 100000;
    options.extensions.emplace("DSN", true);
    options.connections = {.total = 1000, .per_ip = 1000};
    options.spool_directory = folder_.path().string();
    server_ = std::make_unique<TestServer>(options);
    support::accept_all(*server_);
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(MemoryLimit, RecipientsBeyondItGet452AndComeBackLater) {
  server_->start();
  SmtpClient client = greeted(*server_);
  client.command("MAIL FROM:<a@b>");
  std::string reply = "250";
  int taken = 0;
  for (; reply.starts_with("250") && taken < 50000; ++taken) {
    reply = client.command("RCPT TO:<" + std::string(60, 'x') + "@" + std::string(60, 'y') + ">");
  }
  EXPECT_THAT(reply, StartsWith("452 4.3.1"));
  EXPECT_GT(taken, 100);
  support::converse(client,
                    {{"RSET", "250"}, {"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
}

TEST_F(MemoryLimit, OfARecipientCountsWithWhatItsParametersBecame) {
  server_->start();
  SmtpClient client = greeted(*server_);
  client.command("MAIL FROM:<a@b>");
  // It is kept twice: as it came, and decoded.
  const std::string original(440, 'x');
  const std::size_t most = (std::size_t{1} << 20U) / (2 * original.size());
  std::string reply = "250";
  std::size_t taken = 0;
  for (; reply.starts_with("250") && taken <= most; ++taken) {
    reply = client.command("RCPT TO:<c@d> ORCPT=rfc822;" + original);
  }
  EXPECT_THAT(reply, StartsWith("452 4.3.1"));
  EXPECT_GT(taken, 100U);
}

TEST_F(MemoryLimit, AMessageBeyondItGoesToAFile) {
  std::string text;
  while (text.size() < (std::size_t{4} << 20U)) text += std::string(998, 'x') + "\r\n";
  support::Recorder seen;
  server_->chains().get<event::Message>().prepend("look", [&](event::Message& message) {
    seen.add(message.content() == text ? "same" : "different");
    return pass();
  });
  server_->start();
  SmtpClient client = greeted(*server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, text), StartsWith("250"));
  EXPECT_EQ(seen.count("same"), 1U);
  EXPECT_TRUE(support::entries(folder_.path()).empty()) << "the file has no name";
  server_.reset();
}

TEST_F(MemoryLimit, AConnectionBeyondItGets421) {
  server_->start();
  // Each has sent half a command, which its buffer holds.
  std::vector<SmtpClient> clients;
  std::string refusal;
  for (int i = 0; i < 200 && refusal.empty(); ++i) {
    SmtpClient client = server_->client();
    client.reply();
    client.send("NOO");
    if (client.has_input(std::chrono::milliseconds{i < 100 ? 0 : 20})) refusal = client.rest();
    clients.push_back(std::move(client));
  }
  EXPECT_EQ(refusal, "421 4.3.2 short of memory\r\n");
  clients.clear();
  EXPECT_TRUE(support::wait_until([&] { return server_->connection_count() == 0; }));
  SmtpClient later = greeted(*server_);
}

}  // namespace
}  // namespace quoth::server
