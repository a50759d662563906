// AUTH that comes to nothing: what it costs the client, whatever the reason.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::session {
namespace {

using namespace std::chrono_literals;
using support::Recorder;
using support::SmtpClient;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* plain = "AUTH PLAIN AGFubgB4";                      // ann, "x"
constexpr const char* scram = "AUTH SCRAM-SHA-256 biwsbj1hbm4scj14eXo=";  // n,,n=ann,r=xyz

/// A server where each login gets `reply_`, in the clear; failures wait for a moment only.
class LoginTest : public testing::Test {
 protected:
  LoginTest() {
    options_.log = &log_;
    options_.auth.mechanisms = {"PLAIN", "SCRAM-SHA-256"};
    options_.auth.plain_text_in_clear = true;
    options_.auth.first_delay = 1ms;
    options_.auth.longest_delay = 1ms;
  }

  SmtpClient start() {
    server_ = std::make_unique<TestServer>(options_);
    server_->on<event::Auth>("users", [this](event::Auth& auth) -> Decision {
      if (!std::holds_alternative<auth::ScramUser>(auth.credentials)) return reply_;
      auth.use_keys({"salt", 4096, std::string(32, 'k'), std::string(32, 'k')});
      return accept();
    });
    server_->on<event::Disconnect>(
        "note", [this](event::Disconnect& e) { ends_.add(std::string{e.reason}); });
    server_->start();
    return support::greeted(*server_);
  }

  support::LogRecorder log_;
  ServerOptions options_ = support::test_options();
  smtp::Reply reply_{535, "5.7.8 no"};
  Recorder ends_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(LoginTest, TheFifthFailureOfAConnectionClosesIt) {
  SmtpClient client = start();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.command(plain), "535 5.7.8 no");
  EXPECT_EQ(client.command(plain), "421 4.7.0 too many failed logins, closing connection");
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(ends_.wait_for("auth_failures"));
  EXPECT_EQ(server_->defences().get(Defence::auth_failures), 1U);
}

TEST_F(LoginTest, ALoginThatCouldNotBeLookedAtIsAnAttemptToo) {
  reply_ = {454, "4.7.0 too many logins"};
  SmtpClient client = start();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.command(plain), "454 4.7.0 too many logins");
  EXPECT_THAT(client.command(plain), StartsWith("421 4.7.0 too many failed logins"));
  EXPECT_EQ(server_->defences().get(Defence::failed_login), 0U) << "nothing was guessed";
}

TEST_F(LoginTest, ALoginThatCouldNotBeLookedAtWaits) {
  reply_ = {454, "4.7.0 too many logins"};
  options_.auth.first_delay = 300ms;
  options_.auth.longest_delay = 3s;
  SmtpClient client = start();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(client.command(plain), StartsWith("454"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
}

TEST_F(LoginTest, WithoutALimitAConnectionMayTryAsOftenAsErrorsAllow) {
  options_.auth.attempts.reset();
  reply_ = {454, "4.7.0 too many logins"};
  SmtpClient client = start();
  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.command(plain), "454 4.7.0 too many logins");
}

TEST_F(LoginTest, WhoAsksForAChallengeAndCancelsHasFailed) {
  SmtpClient client = start();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(client.command(scram), StartsWith("334 "));
    const std::string reply = client.command("*");
    EXPECT_THAT(reply, StartsWith(i < 4 ? "501 5.7.0" : "421 4.7.0")) << i;
  }
  EXPECT_EQ(server_->defences().get(Defence::failed_login), 5U);
}

TEST_F(LoginTest, WhoAsksForAChallengeAndSendsSomethingElseHasFailed) {
  SmtpClient client = start();
  EXPECT_THAT(client.command(scram), StartsWith("334 "));
  EXPECT_THAT(client.command("!"), StartsWith("501 5.5.2"));
  EXPECT_THAT(client.command(scram), StartsWith("334 "));
  EXPECT_THAT(client.command(std::string(13000, 'a')), StartsWith("500 "));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250 "));
}

TEST_F(LoginTest, WhoAsksForChallengesAndGoesIsBlockedAtLast) {
  options_.auth.failures = 3;
  start().close();
  for (int i = 0; i < 3; ++i) {
    SmtpClient client = support::greeted(*server_);
    EXPECT_THAT(client.command(scram), StartsWith("334 ")) << i;
    const std::size_t before = ends_.all().size();
    client.close();
    ASSERT_TRUE(support::wait_until([&] { return ends_.all().size() > before; }));
  }
  SmtpClient client = support::greeted(*server_);
  EXPECT_THAT(client.command(scram), StartsWith("421 4.7.0 too many failed logins from your"));
}

TEST_F(LoginTest, WhoHasProvedWhoHeIsIsTold) {
  reply_ = {235, "2.7.0 in"};
  SmtpClient client = start();
  Recorder seen;
  server_->on<event::LoggedIn>(
      "note", [&seen](event::LoggedIn& login) { seen.add(std::string{login.session.user()}); });
  SmtpClient later = support::greeted(*server_);
  EXPECT_THAT(later.command(plain), StartsWith("235"));
  EXPECT_THAT(seen.all(), testing::ElementsAre("ann"));
}

TEST_F(LoginTest, CancellingBeforeAnyNameIsNoFailureOfAUser) {
  SmtpClient client = start();
  EXPECT_THAT(client.command("AUTH PLAIN"), StartsWith("334"));
  EXPECT_THAT(client.command("*"), StartsWith("501 5.7.0"));
  EXPECT_EQ(server_->defences().get(Defence::failed_login), 0U);
}

TEST_F(LoginTest, AFloodIsToldEverMoreSeldomAndEachSuccess) {
  options_.auth.attempts.reset();
  reply_ = {454, "4.7.0 too many logins"};
  SmtpClient client = start();
  for (int i = 0; i < 40; ++i) client.command(plain);
  reply_ = {235, "2.7.0 in"};
  EXPECT_THAT(client.command(plain), StartsWith("235"));
  int told = 0;
  for (const std::string& line : log_.all()) {
    if (line.starts_with("info login ")) ++told;
  }
  EXPECT_EQ(told, 8 + 2 + 1);
}

}  // namespace
}  // namespace quoth::session
