// The raw chain of a verb: what stands around, and in the place of, Quoth's own handling.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"

namespace quoth::session {
namespace {

using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Verbs, ARawHandlerAnswersInTheDefaultsPlace) {
  TestServer server;
  server.on_verb("NOOP", "mine", [](event::Command& command) {
    return accept("2.0.0 " + std::string{command.verb} + "|" + std::string{command.argument});
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_EQ(client.command("noop  a b "), "250 2.0.0 noop| a b");
}

TEST(Verbs, ARawHandlerThatPassesLeavesItToTheDefault) {
  support::Recorder seen;
  TestServer server;
  server.on_verb("NOOP", "look", [&](event::Command&) {
    seen.add("looked");
    return pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_EQ(client.command("NOOP"), "250 2.0.0 OK");
  EXPECT_EQ(seen.count("looked"), 1U);
}

TEST(Verbs, WithoutItsDefaultAVerbIsNotImplemented) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  server.chains().verb("VRFY").remove("default");
  EXPECT_EQ(client.command("VRFY a"), "502 5.5.1 command not implemented");
}

TEST(Verbs, ADefaultThatIsDisabledComesBack) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  server.chains().verb("VRFY").disable("default");
  EXPECT_THAT(client.command("VRFY a"), StartsWith("502"));
  server.chains().verb("VRFY").enable("default");
  EXPECT_THAT(client.command("VRFY a"), StartsWith("252"));
}

TEST(Verbs, EveryBuiltInCanBeReplaced) {
  TestServer server;
  for (const char* const verb :
       {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "HELP", "VRFY", "EXPN"}) {
    server.on_verb(verb, "mine", [](event::Command&) { return answer(450, "4.0.0 mine"); });
  }
  server.start();
  SmtpClient client = server.client();
  client.reply();
  for (const char* const line : {"RSET", "NOOP", "QUIT", "HELP", "VRFY a", "EXPN a"}) {
    EXPECT_EQ(client.command(line), "450 4.0.0 mine") << line;
  }
  // RFC 2034 §4: no answer to these two carries an enhanced code.
  for (const char* const line : {"HELO a.test", "EHLO a.test"}) {
    EXPECT_EQ(client.command(line), "450 mine") << line;
  }
}

TEST(Verbs, ARawHandlerThatAcceptsMailHasOpenedATransaction) {
  support::Recorder typed;
  TestServer server;
  server.on_verb("MAIL", "mine", [](event::Command&) { return accept("2.1.0 mine"); });
  server.on_verb("RCPT", "mine", [](event::Command&) { return accept("2.1.5 mine"); });
  server.on<event::Mail>("typed", [&](event::Mail&) {
    typed.add("mail");
    return pass();
  });
  server.on<event::Message>("accept", [&](event::Message& message) {
    typed.add(message.envelope.mail.sender->text() + " to " +
              message.envelope.recipients.front().recipient.text());
    return accept();
  });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"RCPT TO:<c@d>", "503"},
                             {"MAIL FROM:<a@b>", "250 2.1.0 mine"},
                             {"MAIL FROM:<a@b>", "503"},
                             {"RCPT TO:<c@d>", "250 2.1.5 mine"},
                             {"DATA", "354"},
                             {".", "250"}});
  EXPECT_EQ(typed.all(), std::vector<std::string>{"a@b to c@d"});
}

TEST(Verbs, ARawHandlerThatAnswersDataWith354TakesTheText) {
  support::Recorder texts;
  TestServer server;
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on_verb("DATA", "mine", [](event::Command&) { return answer(354, "go on"); });
  server.on<event::Message>("accept", [&](event::Message& message) {
    texts.add(std::string{message.content()});
    return accept();
  });
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"DATA", "354 go on"},
                             {"text\r\n.", "250"}});
  EXPECT_EQ(texts.count("text\r\n"), 1U);
}

TEST(Verbs, ARawHandlerMayChangeWhatTheGrammarFound) {
  support::Recorder seen;
  TestServer server;
  server.on_verb("MAIL", "rewrite", [](event::Command& command) {
    std::get<smtp::MailArguments>(command.parsed.arguments).sender = std::nullopt;
    return pass();
  });
  server.on<event::Mail>("look", [&](event::Mail& mail) {
    seen.add(mail.sender ? "sender" : "null");
    return pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  client.command("MAIL FROM:<a@b>");
  EXPECT_EQ(seen.count("null"), 1U);
}

TEST(Verbs, AVerbThatNobodyDefinedBecomesOneByItsHandler) {
  TestServer server;
  server.on_verb("xEcho", "echo", [](event::Command& command) {
    return accept("2.0.0 " + std::string{command.argument} + ".");
  });
  server.start();
  SmtpClient client = server.client();
  client.reply();
  EXPECT_EQ(client.command("XECHO hello"), "250 2.0.0 hello.");
  EXPECT_EQ(client.command("xecho"), "250 2.0.0 .");
}

TEST(Verbs, AnUndefinedVerbWhoseHandlersPassIsUnknown) {
  TestServer server;
  server.on_verb("XECHO", "shy", [](event::Command&) { return pass(); });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_EQ(client.command("XECHO"), "500 5.5.2 command not recognized");
}

TEST(Verbs, OnesOfWhatIsNotOfferedAreUnknown) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  for (const char* line : {"STARTTLS", "AUTH PLAIN AGEAYg==", "ETRN example.org"}) {
    EXPECT_EQ(client.command(line), "500 5.5.2 command not recognized") << line;
  }
}

TEST(Verbs, AnyVerbCanBeHandledByUnknown) {
  TestServer server;
  server.on<event::Unknown>("any", [](event::Unknown& unknown) {
    return unknown.verb == "BREW" ? hang_up("4.7.0 I am a teapot") : pass();
  });
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("SERVE tea"), StartsWith("500"));
  EXPECT_THAT(client.command("BREW coffee"), StartsWith("421 4.7.0 I am a teapot"));
  EXPECT_EQ(client.rest(), "");
}

TEST(Verbs, ADefinedVerbKeepsItsOrderAndArgument) {
  TestServer server;
  server.dialect().define({.name = "XECHO",
                           .syntax = "XECHO text",
                           .argument = smtp::ArgumentRule::required,
                           .allowed = {smtp::State::greeted},
                           .ehlo_line = "XECHO 1"});
  server.on_verb("XECHO", "echo", [](event::Command&) { return accept(); });
  server.start();
  SmtpClient client = server.client();
  client.reply();
  EXPECT_THAT(client.command("XECHO a"), StartsWith("503"));
  EXPECT_THAT(client.command("EHLO c.test"), HasSubstr("XECHO 1"));
  EXPECT_THAT(client.command("XECHO"), StartsWith("501"));
  EXPECT_THAT(client.command("XECHO a"), StartsWith("250"));
  EXPECT_THAT(client.command("HELP XECHO"), HasSubstr("XECHO text"));
}

TEST(Verbs, ADefinedVerbWithoutHandlersIsNotImplemented) {
  TestServer server;
  server.dialect().define({.name = "XECHO", .syntax = "XECHO"});
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_EQ(client.command("XECHO"), "502 5.5.1 command not implemented");
}

TEST(Verbs, AVerbThatWasTakenOutIsUnknown) {
  TestServer server;
  server.dialect().undefine("VRFY");
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("VRFY a"), StartsWith("500"));
  EXPECT_THAT(client.command("HELP"), testing::Not(HasSubstr("VRFY")));
}

TEST(Verbs, AnEditOfARawChainReachesOpenSessions) {
  TestServer server;
  server.start();
  SmtpClient client = greeted(server);
  EXPECT_THAT(client.command("XNEW"), StartsWith("500"));
  server.on_verb("XNEW", "new", [](event::Command&) { return accept(); });
  EXPECT_THAT(client.command("XNEW"), StartsWith("250"));
  server.chains().verb("xnew").remove("new");
  EXPECT_THAT(client.command("XNEW"), StartsWith("500"));
}

}  // namespace
}  // namespace quoth::session
