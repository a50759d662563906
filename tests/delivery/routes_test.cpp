// The plugin of quoth::routes() in a server: from RCPT to the file in the Maildir.

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/delivery.hpp>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_server.hpp"

namespace quoth::delivery {
namespace {

namespace fs = std::filesystem;
using support::greeted;
using support::SmtpClient;
using testing::HasSubstr;
using testing::StartsWith;

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() : server_{logged(log_)} {}

  static ServerOptions logged(support::LogRecorder& log) {
    ServerOptions options = support::test_options();
    options.log = &log;
    return options;
  }

  void start(std::vector<Route> table) {
    server_.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
    server_.use(routes(std::move(table)));
    server_.start();
  }
  /// To a Maildir for each mailbox.
  void start() { start({{"*", "maildir:" + folder_ / "{domain}" + "/{local}"}}); }

  std::vector<fs::path> mail(const std::string& maildir) const {
    return support::entries(folder_.path() / maildir / "new");
  }

  support::TemporaryFolder folder_;
  support::LogRecorder log_;
  support::TestServer server_;
};

// Whoever lets the text in ahead of the routes keeps it from being stored: no 250 then.
TEST_F(RoutesTest, WhatHasNoSinkIsNotAccepted) {
  server_.on<event::Data>("eager", [](event::Data&) { return accept(); });
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"ann@local.test"}, "x\r\n"),
              StartsWith("451 4.3.0 nothing stores"));
}

TEST_F(RoutesTest, WhatARawHandlerLetsInIsNotAccepted) {
  server_.on_verb("DATA", "raw", [](event::Command&) { return answer(354, "go on"); });
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"ann@local.test"}, "x\r\n"),
              StartsWith("451 4.3.0 nothing stores"));
}

TEST_F(RoutesTest, AMessageStandsInItsMaildirWhenTheClientHasIts250) {
  start();
  SmtpClient client = greeted(server_);
  const std::string reply =
      support::send_message(client, {"Ann@D.test"}, "Subject: x\r\n\r\n..text\r\n");
  ASSERT_THAT(reply, StartsWith("250 2.0.0 OK queued as "));
  const std::string id = reply.substr(reply.rfind(' ') + 1);
  ASSERT_EQ(mail("d.test/ann").size(), 1U);
  const std::string text = support::contents(mail("d.test/ann").front());
  EXPECT_THAT(text, StartsWith("Return-Path: <a@client.test>\nReceived: from client.test"));
  EXPECT_THAT(text, HasSubstr(" id " + id));
  EXPECT_THAT(text, HasSubstr("for <Ann@D.test>"));
  EXPECT_TRUE(text.ends_with("\nSubject: x\n\n.text\n"));
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST_F(RoutesTest, SeveralRecipientsLearnNothingOfEachOther) {
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"ann@d.test", "bob@e.test", "ANN@d.test"}, "x\r\n"),
              StartsWith("250"));
  ASSERT_EQ(mail("d.test/ann").size(), 1U);
  ASSERT_EQ(mail("e.test/bob").size(), 1U);
  const std::string text = support::contents(mail("d.test/ann").front());
  EXPECT_EQ(text, support::contents(mail("e.test/bob").front()));
  EXPECT_EQ(text.find("bob"), std::string::npos);
}

TEST_F(RoutesTest, RecipientsOfDifferentRoutes) {
  start({{"a.test", "maildir:" + folder_ / "a"},
         {"b.test", "maildir:" + folder_ / "b"},
         {"c.test", "discard"}});
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"x@a.test", "x@b.test", "x@c.test"}, "x\r\n"),
              StartsWith("250"));
  EXPECT_EQ(mail("a").size(), 1U);
  EXPECT_EQ(mail("b").size(), 1U);
  EXPECT_EQ(support::entries(folder_.path()).size(), 2U);
}

// Where LF may stand alone, LF for CRLF would make the two the same.
TEST_F(RoutesTest, WhatHasBareLineEndsIsKeptAsItCame) {
  ServerOptions options = support::test_options();
  options.limits.text.bare_line_ends = smtp::BareLineEnds::pass;
  support::TestServer server{options};
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.use(routes({{"*", "maildir:" + folder_ / "{domain}" + "/{local}"}}));
  server.start();
  SmtpClient client = greeted(server);
  const std::string text = "Subject: x\r\n\r\na\nb\r\nc\rd\r\n";
  EXPECT_THAT(support::send_message(client, {"ann@d.test"}, text), StartsWith("250"));
  ASSERT_EQ(mail("d.test/ann").size(), 1U);
  const std::string file = support::contents(mail("d.test/ann").front());
  EXPECT_THAT(file, StartsWith("Return-Path: <a@client.test>\r\nReceived: "));
  EXPECT_THAT(file, testing::EndsWith("\r\n" + text));
}

TEST_F(RoutesTest, AMessageInChunksIsOneFile) {
  start();
  SmtpClient client = greeted(server_);
  support::converse(
      client, {{"MAIL FROM:<a@b.test> BODY=BINARYMIME", "250"}, {"RCPT TO:<ann@d.test>", "250"}});
  const std::string text{"\n\r\r\n\0.\r\n.\r\n", 11};
  client.send("BDAT 4\r\n" + text.substr(0, 4) + "BDAT 7 LAST\r\n" + text.substr(4));
  EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_THAT(client.reply(), StartsWith("250"));
  ASSERT_EQ(mail("d.test/ann").size(), 1U);
  EXPECT_THAT(support::contents(mail("d.test/ann").front()), testing::EndsWith("\r\n" + text));
}

TEST_F(RoutesTest, DiscardAcceptsAndKeepsNothing) {
  start({{"*", "discard"}});
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"x@c.test"}, "x\r\n"), StartsWith("250"));
  EXPECT_TRUE(support::entries(folder_.path()).empty());
}

TEST_F(RoutesTest, ARecipientWithoutARouteIsRefused) {
  start({{"a.test", "discard"}});
  SmtpClient client = greeted(server_);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<x@b.test>", "550 5."},
                             {"RCPT TO:<x@a.test>", "250"}});
}

TEST_F(RoutesTest, AHandlerMayAddFieldsAndRecipients) {
  server_.on<event::Message>("tag", [](event::Message& message) {
    message.add_header("X-Checked", "yes");
    message.envelope.recipients.push_back({.recipient = *mail::Mailbox::parse("copy@d.test")});
    return pass();
  });
  start();
  SmtpClient client = greeted(server_);
  const std::string text = std::string(70, 'x') + "\r\n";
  std::string longer;
  for (int i = 0; i < 3000; ++i) longer += text;
  for (const std::string& one : {text, longer}) {
    EXPECT_THAT(support::send_message(client, {"ann@d.test"}, one), StartsWith("250"));
  }
  for (const char* const maildir : {"d.test/ann", "d.test/copy"}) {
    ASSERT_EQ(mail(maildir).size(), 2U);
    for (const fs::path& file : mail(maildir)) {
      EXPECT_THAT(support::contents(file), StartsWith("Return-Path: <a@client.test>\nReceived: "));
      EXPECT_THAT(support::contents(file), HasSubstr("\nX-Checked: yes\nxxx"));
    }
    EXPECT_TRUE(support::entries(folder_.path() / maildir / "tmp").empty());
  }
}

TEST_F(RoutesTest, AMessageThatIsRefusedLeavesNothing) {
  server_.on<event::Message>("no", [](event::Message&) { return reject(); });
  start();
  SmtpClient client = greeted(server_);
  const std::string line = std::string(998, 'x') + "\r\n";
  std::string text;
  for (int i = 0; i < 200; ++i) text += line;
  EXPECT_THAT(support::send_message(client, {"ann@d.test"}, text), StartsWith("550"));
  EXPECT_TRUE(mail("d.test/ann").empty());
  EXPECT_TRUE(support::entries(folder_.path() / "d.test/ann/tmp").empty());
}

TEST_F(RoutesTest, AMaildirThatCannotBeMadeIs451AndTold) {
  std::ofstream{folder_ / "d.test"} << "a file";
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"ann@d.test"}, "x\r\n"), StartsWith("451"));
  EXPECT_THAT(log_.wait_for_part("delivery.failed"), StartsWith("warn delivery.failed"));
}

TEST_F(RoutesTest, AMailboxWhoseFolderNameWouldBeTooLongIsRefusedAtRcpt) {
  start({{"*", "maildir:" + folder_ / "mail-of-{local}-{local}"}});
  SmtpClient client = greeted(server_);
  // Each space is three octets of a folder's name.
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
  EXPECT_THAT(client.command("RCPT TO:<\"" + std::string(41, ' ') + "\"@d.test>"),
              StartsWith("250"));
  EXPECT_THAT(client.command("RCPT TO:<\"" + std::string(42, ' ') + "\"@d.test>"),
              StartsWith("553 5.1.3"));
}

TEST_F(RoutesTest, LeftoversOfAnEarlierRunGoAtTheStart) {
  std::string host(256, '\0');
  ASSERT_EQ(::gethostname(host.data(), host.size()), 0);
  host.resize(host.find('\0'));
  const fs::path tmp = folder_.path() / "d.test/ann/tmp";
  fs::create_directories(tmp);
  const std::string ours = "1700000000.M5P" + std::to_string(::getpid()) + "Q7." + host;
  std::ofstream{tmp / ours} << "half";
  std::ofstream{tmp / "1700000000.other.program"} << "half";
  start();
  EXPECT_EQ(support::entries(tmp).size(), 1U);
  EXPECT_THAT(log_.wait_for_part("leftovers.removed"), HasSubstr("files=1"));
}

}  // namespace
}  // namespace quoth::delivery
