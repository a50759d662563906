// Which extensions a server offers, who decides that, and ETRN, which is nothing without a handler.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/plugin.hpp>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::session {
namespace {

using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ServerOptions with(std::string_view keyword, bool is_offered) {
  ServerOptions options = support::test_options();
  options.extensions.emplace(keyword, is_offered);
  return options;
}

// ---- what is offered

TEST(Extensions, OneThatDoesNotExistThrowsAndIsNamed) {
  for (const bool is_offered : {true, false}) {
    try {
      const Server server{with("CHUNKIN", is_offered)};
      ADD_FAILURE() << "it was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("\"CHUNKIN\""), HasSubstr("CHUNKING")));
    }
  }
}

TEST(Extensions, WithoutChunkingThereIsNoBdat) {
  TestServer server{with("CHUNKING", false)};
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"),
              AllOf(Not(HasSubstr("CHUNKING")), Not(HasSubstr("BINARYMIME"))));
  support::converse(client, {{"MAIL FROM:<a@b> BODY=BINARYMIME", "501"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"BDAT 0 LAST", "500 5.5.2"},
                             {"DATA", "354"},
                             {".", "250"}});
}

TEST(Extensions, WithoutBinaryMimeThereIsBdatNevertheless) {
  TestServer server{with("BINARYMIME", false)};
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"),
              AllOf(HasSubstr("CHUNKING"), Not(HasSubstr("BINARYMIME"))));
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"BDAT 0 LAST", "250 2.0.0 OK queued as "}});
}

/// Can honour DSN, and so offers it.
class Notifier final : public Plugin {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "notifier"; }
  void define(smtp::Dialect& dialect) override { dialect.offer("DSN"); }
  void attach(Chains& /*chains*/) override {}
};

TEST(Extensions, APluginMayOfferOne) {
  TestServer server;
  server.use(std::make_unique<Notifier>());
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"), HasSubstr("DSN"));
  EXPECT_THAT(client.command("MAIL FROM:<a@b> RET=HDRS"), StartsWith("250"));
}

TEST(Extensions, WhoRunsTheServerHasTheLastWord) {
  TestServer server{with("DSN", false)};
  server.use(std::make_unique<Notifier>());
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"), Not(HasSubstr("DSN")));
  EXPECT_THAT(client.command("MAIL FROM:<a@b> RET=HDRS"), StartsWith("555"));
}

/// Wants nothing of chunks.
class Liner final : public Plugin {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "liner"; }
  void define(smtp::Dialect& dialect) override { dialect.withdraw("CHUNKING"); }
  void attach(Chains& /*chains*/) override {}
};

TEST(Extensions, WhoRunsTheServerMayOfferWhatAPluginWithdrew) {
  for (const bool has_option : {false, true}) {
    ServerOptions options = support::test_options();
    if (has_option) options.extensions.emplace("CHUNKING", true);
    TestServer server{options};
    server.use(std::make_unique<Liner>());
    server.start();
    SmtpClient client = greeted(server);
    EXPECT_EQ(client.command("EHLO again.test").find("CHUNKING") != std::string::npos, has_option);
  }
}

// ---- ETRN

std::string text_of(const smtp::EtrnArguments& arguments) {
  using Kind = smtp::EtrnArguments::Kind;
  const std::string_view kind = arguments.kind == Kind::node     ? "node "
                                : arguments.kind == Kind::domain ? "domain "
                                                                 : "queue ";
  return std::string{kind} + arguments.name;
}

TEST(Etrn, IsNoCommandUnlessOffered) {
  TestServer server;
  server.on<event::Etrn>("yes", [](event::Etrn&) { return accept(); });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"), Not(HasSubstr("ETRN")));
  EXPECT_THAT(client.command("ETRN example.org"), StartsWith("500"));
}

TEST(Etrn, WithoutAHandlerIs458) {
  TestServer server{with("ETRN", true)};
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("EHLO again.test"), HasSubstr("ETRN"));
  EXPECT_THAT(client.command("ETRN example.org"), StartsWith("458 4."));
}

TEST(Etrn, AHandlerSeesWhatIsAskedForAndAnswers) {
  support::Recorder seen;
  TestServer server{with("ETRN", true)};
  server.on<event::Etrn>("look", [&](event::Etrn& etrn) {
    seen.add(etrn.session.helo() + " wants " + text_of(etrn.arguments));
    return etrn.arguments.name == "nobody.test" ? answer(459, "4.7.1 not for you") : pass();
  });
  server.on<event::Etrn>("start", [](event::Etrn&) { return answer(250, "2.0.0 it begins"); });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"ETRN Example.ORG", "250 2.0.0 it begins"},
                             {"etrn @example.org", "250 2.0.0 it begins"},
                             {"ETRN #nightly", "250 2.0.0 it begins"},
                             {"ETRN nobody.test", "459 4.7.1 not for you"},
                             {"ETRN", "501"}});
  EXPECT_THAT(seen.all(), testing::ElementsAre("client.test wants node example.org",
                                               "client.test wants domain example.org",
                                               "client.test wants queue nightly",
                                               "client.test wants node nobody.test"));
}

TEST(Etrn, AHandlerMayWaitAndARawOneComesFirst) {
  support::Recorder seen;
  support::Hold hold{seen};
  TestServer server{with("ETRN", true)};
  server.on<event::Etrn>("wait", [&](event::Etrn&) { return hold.decide(accept("2.0.0 waited")); });
  server.on_verb("ETRN", "raw", [](event::Command& command) {
    return command.argument == "raw.test" ? answer(253, "2.0.0 raw") : pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_EQ(client.command("ETRN raw.test"), "253 2.0.0 raw");
  client.send("ETRN example.org\r\n");
  ASSERT_TRUE(seen.wait_for("waits"));
  hold.let_go();
  EXPECT_EQ(client.reply(), "250 2.0.0 waited");
}

}  // namespace
}  // namespace quoth::session
