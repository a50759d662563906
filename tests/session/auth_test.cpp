// AUTH in sessions: each mechanism, what handlers of `Auth` make of it, and what is around it.

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "auth/scram_client.hpp"
#include "core/base64.hpp"
#include "session/security_case.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_channel.hpp"

namespace quoth::session::test {
namespace {

using namespace std::chrono_literals;
using auth::test::ScramClient;
using support::Recorder;
using support::SmtpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view wrong = "535 5.7.8 authentication credentials invalid";

/// What a challenge says; the test fails if the reply is none.
std::string challenge_of(const std::string& reply) {
  EXPECT_THAT(reply, StartsWith("334 "));
  return reply.starts_with("334 ") ? decode_base64(reply.substr(4)).value_or("") : "";
}

/// A whole exchange of SCRAM. @returns the last reply.
std::string log_in(SmtpClient& client, const std::string& mechanism, ScramClient scram) {
  const std::string first =
      client.command("AUTH " + mechanism + " " + encode_base64(scram.first()));
  if (!first.starts_with("334 ")) return first;
  const std::string second = client.command(encode_base64(scram.final(challenge_of(first))));
  if (!second.starts_with("334 ")) return second;
  EXPECT_EQ(challenge_of(second), scram.verifier());
  return client.command("");
}

ScramClient ann() {
  ScramClient scram;
  scram.bare = "n=ann,r=clientnonce";
  return scram;
}

/// In the clear, where PLAIN and LOGIN will do.
class Auth : public SecurityCase {
 protected:
  Auth() {
    options_.auth.mechanisms = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"};
    options_.auth.plain_text_in_clear = true;
  }

  /// A client of a server that knows ann.
  SmtpClient start() {
    make().on<event::Auth>("ann", know_ann);
    return greeted();
  }

  /// A client of a server with that handler alone.
  template <class Handler>
  SmtpClient start_with(Handler handler) {
    make().on<event::Auth>("it", std::move(handler));
    return greeted();
  }

  static std::string right() { return "AUTH PLAIN " + plain("ann", "pencil"); }
};

class AuthOverTls : public SecurityCase {
 protected:
  AuthOverTls() {
    options_.tls.mode = TlsMode::starttls;
    options_.auth.mechanisms = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
                                "EXTERNAL",           "OAUTHBEARER",      "PLAIN"};
  }
};

// ---- mechanisms

TEST_F(Auth, PlainWithAnInitialResponse) {
  SmtpClient client = start();
  EXPECT_EQ(client.command(right()), "235 2.7.0 authentication succeeded");
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=ann mechanism=PLAIN"), 1U);
}

TEST_F(Auth, PlainThatIsAskedForItsResponse) {
  SmtpClient client = start();
  EXPECT_EQ(client.command("AUTH PLAIN"), "334 ");
  EXPECT_THAT(client.command(plain("ann", "pencil")), StartsWith("235"));
}

TEST_F(Auth, Login) {
  SmtpClient client = start();
  EXPECT_EQ(challenge_of(client.command("auth login")), "Username:");
  EXPECT_EQ(challenge_of(client.command(encode_base64("ann"))), "Password:");
  EXPECT_THAT(client.command(encode_base64("pencil")), StartsWith("235"));
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=ann mechanism=LOGIN"), 1U);
}

TEST_F(Auth, ScramWithBothHashes) {
  start();
  for (const auto& [name, hash] : {std::pair{"SCRAM-SHA-256", auth::ScramHash::sha256},
                                   std::pair{"SCRAM-SHA-1", auth::ScramHash::sha1}}) {
    SmtpClient client = greeted();
    ScramClient scram = ann();
    scram.hash = hash;
    EXPECT_THAT(log_in(client, name, scram), StartsWith("235 2.7.0")) << name;
    support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
    EXPECT_EQ(seen_.count(std::string{"mail user=ann mechanism="} + name), 1U);
  }
}

TEST_F(Auth, ScramWithAnotherPasswordOrOfNobodyFailsAtItsEnd) {
  start();
  ScramClient other = ann();
  other.password = "pen";
  SmtpClient client = greeted();
  EXPECT_EQ(log_in(client, "SCRAM-SHA-256", other), wrong);
  other.bare = "n=nobody,r=clientnonce";
  EXPECT_EQ(log_in(client, "SCRAM-SHA-256", other), wrong);
  EXPECT_THAT(log_in(client, "SCRAM-SHA-256", ann()), StartsWith("235"));
}

// RFC 5802 §6: bound to the TLS connection.
TEST_F(AuthOverTls, ScramPlusBindsToTheChannel) {
  make().on<event::Auth>("ann", know_ann);
  for (const auto& [name, hash] : {std::pair{"SCRAM-SHA-256-PLUS", auth::ScramHash::sha256},
                                   std::pair{"SCRAM-SHA-1-PLUS", auth::ScramHash::sha1}}) {
    SmtpClient client = secured();
    ScramClient scram = ann();
    scram.hash = hash;
    scram.header = "p=tls-exporter,,";
    scram.channel = std::string(32, 'x');  // another connection's
    EXPECT_EQ(log_in(client, name, scram), wrong) << name;
    scram.channel = client.tls().exporter();
    EXPECT_THAT(log_in(client, name, scram), StartsWith("235")) << name;
  }
}

// A client that could bind believes that nothing of the kind was listed: somebody cut it out.
TEST_F(AuthOverTls, ADowngradeIsNoticed) {
  make().on<event::Auth>("ann", know_ann);
  SmtpClient client = secured();
  ScramClient scram = ann();
  scram.header = "y,,";
  EXPECT_EQ(log_in(client, "SCRAM-SHA-256", scram), wrong);
  scram.header = "n,,";
  EXPECT_THAT(log_in(client, "SCRAM-SHA-256", scram), StartsWith("235"));
}

TEST_F(AuthOverTls, ACertificateIsWhoTheHandlerSays) {
  const support::TemporaryFolder folder;
  const support::TestAuthority authority;
  const CertificateFiles files =
      support::write(authority.issue({.common_name = "ann.test"}), folder / "ann");
  options_.tls.client_certificates = ClientCertificates::ask;
  make().on<event::Auth>("certificates", [](event::Auth& auth) {
    if (!std::holds_alternative<auth::Certificate>(auth.credentials)) return pass();
    auth.log_in_as("of " + auth.session.tls()->client->common_name);
    return accept();
  });
  SmtpClient client = secured(files);
  EXPECT_THAT(line_of(client.command("EHLO client.test"), "AUTH"), HasSubstr(" EXTERNAL"));
  support::converse(client, {{"AUTH EXTERNAL =", "235"}, {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=of ann.test mechanism=EXTERNAL"), 1U);

  SmtpClient without = secured();
  EXPECT_THAT(line_of(without.command("EHLO client.test"), "AUTH"), Not(HasSubstr("EXTERNAL")));
  EXPECT_THAT(without.command("AUTH EXTERNAL ="), StartsWith("504 5.5.4"));
}

// A certificate names nobody by itself: a yes without log_in_as() lets in nobody.
TEST_F(AuthOverTls, ACertificateWithoutANameIsNobody) {
  const support::TemporaryFolder folder;
  const CertificateFiles files =
      support::write(support::TestAuthority{}.issue({.common_name = "ann"}), folder / "ann");
  options_.tls.client_certificates = ClientCertificates::ask;
  make().on<event::Auth>("yes", [](event::Auth&) { return accept(); });
  SmtpClient client = secured(files);
  EXPECT_EQ(client.command("AUTH EXTERNAL ="), wrong);
}

TEST_F(AuthOverTls, ATokenIsWhoTheHandlerSays) {
  make().on<event::Auth>("tokens", [](event::Auth& auth) {
    const auto* token = std::get_if<auth::BearerToken>(&auth.credentials);
    if (token == nullptr || token->token != "good") return pass();
    auth.log_in_as("bob");
    return accept();
  });
  const std::string lead =
      "n,,\x01"
      "auth=Bearer ";
  const std::string end = "\x01\x01";
  SmtpClient client = secured();
  const std::string bad = client.command("AUTH OAUTHBEARER " + encode_base64(lead + "bad" + end));
  EXPECT_THAT(challenge_of(bad), HasSubstr("invalid_token"));  // RFC 7628 §3.2.2
  EXPECT_EQ(client.command(encode_base64("\x01")), wrong);
  support::converse(client, {{"AUTH OAUTHBEARER " + encode_base64(lead + "good" + end), "235"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=bob mechanism=OAUTHBEARER"), 1U);
}

// ---- what handlers say

TEST_F(Auth, AWrongPasswordIsRefused) {
  SmtpClient client = start();
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pen")), wrong);
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("bob", "pencil")), wrong);
  EXPECT_EQ(count(Defence::failed_login), 2U);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user= mechanism="), 1U);
}

TEST_F(Auth, NobodyAnswers) {
  SmtpClient client = greeted();
  EXPECT_EQ(client.command(right()), wrong);
  EXPECT_EQ(log_in(client, "SCRAM-SHA-256", ann()), wrong);
}

Awaitable<Decision> wait_then_know(event::Auth& auth) {
  co_await support::pause(1ms);
  co_return know_ann(auth);
}

TEST_F(Auth, AHandlerMayWait) {
  SmtpClient client = start_with(wait_then_know);
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pen")), wrong);
  EXPECT_THAT(log_in(client, "SCRAM-SHA-256", ann()), StartsWith("235"));
}

Awaitable<Decision> wait_for_ever(event::Auth& /*auth*/) {
  co_await support::pause(1h);
  co_return accept();
}

TEST_F(Auth, AHandlerThatWaitsTooLongIsNoRefusal) {
  options_.timeouts.handler = 20ms;
  SmtpClient client = start_with(wait_for_ever);
  EXPECT_EQ(client.command(right()), "454 4.7.0 cannot authenticate now, try again later");
  EXPECT_THAT(client.command("AUTH SCRAM-SHA-256 " + encode_base64(ann().first())),
              StartsWith("454 4.7.0"));
  EXPECT_EQ(count(Defence::failed_login), 0U);
  support::converse(client, {{"NOOP", "250"}});
}

TEST_F(Auth, AHandlerThatThrowsIsNoRefusal) {
  SmtpClient client =
      start_with([](event::Auth&) -> Decision { throw std::runtime_error{"the users are gone"}; });
  EXPECT_EQ(client.command(right()), "454 4.7.0 cannot authenticate now, try again later");
  EXPECT_THAT(line("handler.failed"), HasSubstr("why=the users are gone"));
  EXPECT_EQ(count(Defence::failed_login), 0U);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user= mechanism="), 1U);
}

TEST_F(Auth, AHandlersOwnRefusalsReachTheClient) {
  SmtpClient client = start_with([](event::Auth& auth) {
    const std::string user = std::get<auth::Password>(auth.credentials).user;
    if (user == "later") return answer(454, "4.3.0 busy");
    if (user == "weak") return answer(534, "5.7.9 not with PLAIN");
    return user == "gone" ? hang_up("4.7.0 go away") : pass();
  });
  support::converse(client, {{"AUTH PLAIN " + plain("later", "x"), "454 4.3.0 busy"},
                             {"AUTH PLAIN " + plain("weak", "x"), "534 5.7.9 not with PLAIN"}});
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("gone", "x")), "421 4.7.0 go away");
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(seen_.wait_for("end closed by handler"));
}

// Lest the client learns by it who exists.
TEST_F(Auth, APermanentRefusalOfAScramUserComesAtTheEnd) {
  SmtpClient client = start_with([](event::Auth&) { return answer(534, "5.7.9 not with SCRAM"); });
  EXPECT_EQ(log_in(client, "SCRAM-SHA-256", ann()), "534 5.7.9 not with SCRAM");
}

TEST_F(Auth, TheHandlerMayGiveAnotherName) {
  SmtpClient client = start_with([](event::Auth& auth) {
    auth.log_in_as("ann@local.test");
    return accept();
  });
  support::converse(client, {{right(), "235"}, {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=ann@local.test mechanism=PLAIN"), 1U);
}

// RFC 4616 §2.
TEST_F(Auth, WhoActsAsAnotherIsRefused) {
  SmtpClient client = start();
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pencil", "bob")), wrong);
  EXPECT_THAT(client.command("AUTH PLAIN " + plain("ann", "pencil", "ann")), StartsWith("235"));
}

TEST_F(Auth, WhoMayActAsAnotherDoes) {
  SmtpClient client = start_with([](event::Auth& auth) {
    if (auth.authorization == "bob") auth.log_in_as("bob");
    return accept();
  });
  support::converse(client, {{"AUTH PLAIN " + plain("ann", "pencil", "carl"), "535"},
                             {"AUTH PLAIN " + plain("ann", "pencil", "bob"), "235"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=bob mechanism=PLAIN"), 1U);
}

// ---- exchanges that break off

TEST_F(Auth, TheClientCancels) {
  SmtpClient client = start();
  support::converse(client, {{"AUTH PLAIN", "334"},
                             {"*", "501 5.7.0 authentication cancelled"},
                             {"AUTH LOGIN", "334"},
                             {encode_base64("ann"), "334"},
                             {"*", "501"},
                             {"NOOP", "250"},
                             {right(), "235"}});
}

TEST_F(Auth, WhatIsNoBase64EndsTheExchange) {
  SmtpClient client = start();
  support::converse(client, {{"AUTH PLAIN ****", "501 5.5.2"},
                             {"AUTH PLAIN", "334"},
                             {"this is none", "501 5.5.2"},
                             {"AUTH PLAIN " + encode_base64("no zeros"), "501 5.5.2"},
                             {right(), "235"}});
}

TEST_F(Auth, TheClientLeaves) {
  SmtpClient client = start();
  support::converse(client, {{"AUTH LOGIN", "334"}, {encode_base64("ann"), "334"}});
  client.close();
  EXPECT_TRUE(seen_.wait_for("end closed by client"));
  EXPECT_EQ(count(Defence::failed_login), 0U);
}

TEST_F(Auth, TheClientIsSilent) {
  options_.timeouts.command = 30ms;
  SmtpClient client = start();
  client.send("AUTH LOGIN\r\n");
  EXPECT_THAT(client.rest(), HasSubstr("421 4.4.2 timeout"));
  EXPECT_TRUE(seen_.wait_for("end timeout"));
}

TEST_F(Auth, TheClientLeavesAHandlerThatWaits) {
  Recorder holds;
  support::Hold hold{holds};
  SmtpClient client = start_with([&](event::Auth&) { return hold.decide(accept()); });
  client.send(right() + "\r\n");
  ASSERT_TRUE(holds.wait_for("waits"));
  client.close();
  EXPECT_TRUE(seen_.wait_for("end closed by client"));
  EXPECT_EQ(holds.count("ended"), 1U);
}

TEST_F(Auth, AStopWaitsForNoExchange) {
  SmtpClient client = start();
  support::converse(client, {{"AUTH LOGIN", "334"}});
  server_->stop(1h);
  EXPECT_EQ(client.rest(), "421 4.3.2 the server stops, try again later\r\n");
  server_->wait();
}

TEST_F(Auth, AnExchangeWhoseHandlerWaitsIsCut) {
  Recorder holds;
  support::Hold hold{holds};
  SmtpClient client = start_with([&](event::Auth&) { return hold.decide(accept()); });
  client.send(right() + "\r\n");
  ASSERT_TRUE(holds.wait_for("waits"));
  server_->stop(0ms);
  EXPECT_EQ(client.rest(), "");
  server_->wait();
  EXPECT_EQ(holds.count("ended"), 1U);
}

TEST_F(Auth, AStopEndsTheDelayOfAFailure) {
  options_.auth.first_delay = options_.auth.longest_delay = 30s;
  SmtpClient client = start();
  client.send("AUTH PLAIN " + plain("ann", "pen") + "\r\n");
  ASSERT_TRUE(support::wait_until([&] { return count(Defence::failed_login) == 1; }));
  server_->stop(1h);
  EXPECT_EQ(client.rest(),
            std::string{wrong} + "\r\n421 4.3.2 the server stops, try again later\r\n");
  server_->wait();
}

TEST_F(Auth, TheDelayOfAFailureIsCut) {
  options_.auth.first_delay = options_.auth.longest_delay = 30s;
  SmtpClient client = start();
  client.send("AUTH PLAIN " + plain("ann", "pen") + "\r\n");
  ASSERT_TRUE(support::wait_until([&] { return count(Defence::failed_login) == 1; }));
  server_->stop(0ms);
  client.rest();
  server_->wait();
  EXPECT_EQ(server_->connection_count(), 0U);
}

// ---- who guesses

TEST_F(Auth, DelaysGrow) {
  options_.auth.first_delay = 20ms;
  options_.auth.longest_delay = 60ms;
  SmtpClient client = start();
  for (const auto delay : {20ms, 40ms, 60ms}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pen")), wrong);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, delay);
  }
}

TEST_F(Auth, WhoFailsTooOftenIsBlocked) {
  options_.auth.failures = 3;
  options_.limits.errors = 20;
  SmtpClient client = start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pen")), wrong);
  }
  EXPECT_THAT(client.command(right()), StartsWith("421 4.7.0 too many failed logins"));
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(count(Defence::auth_failures), 1U);
  // The whole network; and nothing but AUTH.
  SmtpClient other = greeted();
  support::converse(other, {{"MAIL FROM:<a@b>", "250"}, {"RSET", "250"}, {right(), "421"}});
}

TEST_F(Auth, TooManyErrorsEndTheConnection) {
  options_.limits.errors = 2;
  SmtpClient client = start();
  EXPECT_EQ(client.command("AUTH PLAIN " + plain("ann", "pen")), wrong);
  EXPECT_THAT(client.command("AUTH PLAIN " + plain("ann", "pen")),
              StartsWith("421 4.7.0 too many errors"));
  EXPECT_EQ(client.rest(), "");
}

// ---- what is listed, and what is not

TEST_F(Auth, WithoutMechanismsThereIsNoAuth) {
  options_.auth.mechanisms.clear();
  SmtpClient client = start();
  EXPECT_EQ(line_of(client.command("EHLO client.test"), "AUTH"), "");
  EXPECT_THAT(client.command(right()), StartsWith("500"));
}

TEST_F(Auth, PlainTextIsListedInTheClearOnlyWhereItMayBe) {
  SmtpClient client = start();
  EXPECT_EQ(line_of(client.command("EHLO client.test"), "AUTH"),
            "AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN");
}

TEST_F(Auth, WhatTheConnectionLacksOrTheServerDoesNotWantIsRefused) {
  options_.auth.plain_text_in_clear = false;
  options_.auth.mechanisms = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "EXTERNAL"};
  SmtpClient client = start();
  EXPECT_EQ(line_of(client.command("EHLO client.test"), "AUTH"), "AUTH SCRAM-SHA-256");
  support::converse(client, {{right(), "538 5.7.11"},
                             {"AUTH SCRAM-SHA-256-PLUS", "538 5.7.11"},
                             {"AUTH LOGIN", "534 5.7.9"},
                             {"AUTH SCRAM-SHA-1", "504 5.5.4"},
                             {"AUTH EXTERNAL =", "504 5.5.4"},
                             {"AUTH CRAM-MD5", "504 5.5.4 unknown mechanism"}});
  EXPECT_EQ(count(Defence::failed_login), 0U);
}

// RFC 4954 §4.
TEST_F(Auth, OnceInASessionAfterEhloAndNotWithinATransaction) {
  SmtpClient client = running().client();
  client.reply();
  support::converse(client, {{right(), "503"}, {"HELO client.test", "250"}, {right(), "503"}});
  SmtpClient other = greeted();
  support::converse(other, {{"MAIL FROM:<a@b>", "250"}, {right(), "503"}});
}

TEST_F(Auth, ASecondTimeIsRefused) {
  SmtpClient client = start();
  support::converse(client, {{right(), "235"},
                             {right(), "503 5.5.1 already authenticated"},
                             {"EHLO client.test", "250"},
                             {right(), "503"}});
}

TEST_F(Auth, MailMayBeForThoseAloneWhoHaveDoneIt) {
  options_.auth.is_required = true;
  SmtpClient client = start();
  support::converse(client, {{"MAIL FROM:<a@b>", "530 5.7.0 authentication required"},
                             {"AUTH PLAIN " + plain("ann", "pen"), "535"},
                             {"MAIL FROM:<a@b>", "530"},
                             {right(), "235"},
                             {"MAIL FROM:<a@b>", "250"}});
}

// ---- raw handlers

TEST_F(Auth, ARawHandlerMaySayYesByItself) {
  options_.auth.is_required = true;
  make().on_verb("AUTH", "it", [](event::Command& command) {
    return command.argument == "MINE" ? answer(235, "2.7.0 it is you") : pass();
  });
  SmtpClient client = greeted();
  support::converse(client, {{"AUTH MINE", "235 2.7.0 it is you"}, {"MAIL FROM:<a@b>", "250"}});
}

TEST_F(Auth, ARawHandlerRefuses) {
  make().on_verb("AUTH", "no", [](event::Command&) { return answer(535, "5.7.8 not you"); });
  SmtpClient client = greeted();
  support::converse(client, {{right(), "535 5.7.8 not you"}, {"NOOP", "250"}});
}

// What the exchange would then be nobody knows.
TEST_F(Auth, ARawHandlerCannotBeginAnExchange) {
  make().on_verb("AUTH", "begin", [](event::Command&) { return answer(334, "bXk="); });
  SmtpClient client = greeted();
  support::converse(client, {{right(), "454 4.3.0"}, {"NOOP", "250"}});
  EXPECT_THAT(line("handler.failed"), HasSubstr("handler=begin"));
}

Awaitable<Decision> wait_and_pass(event::Command& /*command*/) {
  co_await support::pause(1ms);
  co_return pass();
}

TEST_F(Auth, ARawHandlerMayWait) {
  make().on<event::Auth>("ann", know_ann);
  server_->on_verb("AUTH", "wait", wait_and_pass);
  SmtpClient client = greeted();
  support::converse(client, {{right(), "235"}});
}

// ---- the log

TEST_F(Auth, TheLogHasEachLoginAndNoSecret) {
  SmtpClient client = start();
  const std::string bad = plain("ann", "hunter2");
  support::converse(client, {{"AUTH PLAIN " + bad, "535"},
                             {"AUTH LOGIN", "334"},
                             {encode_base64("ann"), "334"},
                             {encode_base64("hunter2"), "535"},
                             {right(), "235"},
                             {"QUIT", "221"}});
  client.rest();
  ASSERT_TRUE(seen_.wait_for("end quit"));
  EXPECT_THAT(line("verdict=reject"),
              AllOf(StartsWith("info login sess="), HasSubstr("ip=127.0.0.1 mech=PLAIN user=ann"),
                    HasSubstr("code=535 5.7.8")));
  EXPECT_THAT(line("mech=LOGIN"), AllOf(HasSubstr("user=ann"), HasSubstr("verdict=reject")));
  EXPECT_THAT(line("verdict=accept"), AllOf(HasSubstr("user=ann"), HasSubstr("code=235 2.7.0")));
  for (const std::string& one : log_.all()) {
    for (const std::string& secret : {std::string{"hunter2"}, std::string{"pencil"}, bad,
                                      plain("ann", "pencil"), encode_base64("hunter2")}) {
      EXPECT_THAT(one, Not(HasSubstr(secret)));
    }
  }
}

}  // namespace
}  // namespace quoth::session::test
