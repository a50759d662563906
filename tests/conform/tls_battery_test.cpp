// The cases of TLS, AUTH, PROXY and XCLIENT against small servers that do wrong: each fault must be
// found, and nothing else.
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conform/battery.hpp"
#include "conform/cases.hpp"
#include "conform/selection.hpp"
#include "conform/target.hpp"
#include "support/faulty_tls_server.hpp"

namespace quoth::conform {
namespace {

using namespace std::chrono_literals;
using test::FaultyTlsServer;
using test::TlsFaults;
using testing::HasSubstr;
using Status = Outcome::Status;

Options options_for(const FaultyTlsServer& server) {
  Options options;
  options.target = Target::resolve(server.address());
  options.rcpt = "ann@local.test";
  options.user = "ann";
  options.password = "secret";
  options.timeout = 2000ms;
  return options;
}

Report run(const Options& options, const std::vector<std::string>& only) {
  return run_battery(options, select(all_cases(), only));
}

Outcome outcome_of(const Options& options, const std::string& id) {
  const Report report = run(options, {id});
  EXPECT_EQ(report.outcomes.size(), 1U) << id;
  return report.outcomes.empty() ? Outcome{} : report.outcomes.front();
}

/// Each of the cases fails with the fault, and passes without.
void expect_found(TlsFaults faults, const std::vector<std::string>& ids) {
  const FaultyTlsServer faulty{faults};
  const FaultyTlsServer right{{}};
  Options options = options_for(faulty);
  options.timeout = 400ms;
  for (const std::string& id : ids) {
    EXPECT_EQ(outcome_of(options, id).status, Status::failed) << id;
    const Outcome outcome = outcome_of(options_for(right), id);
    EXPECT_EQ(outcome.status, Status::passed) << id << ": " << outcome.detail;
  }
}

void expect_nothing_fails(const Report& report) {
  for (const Outcome& outcome : report.outcomes) {
    EXPECT_NE(outcome.status, Status::failed) << outcome.about->id << ": " << outcome.detail;
  }
}

TEST(TlsBattery, AServerThatIsRightFailsNothing) {
  const FaultyTlsServer server{{}};
  const Report report = run(
      options_for(server), {"starttls.works", "starttls.forgets-*", "starttls.injects-*",
                            "handshake", "requiretls.clear", "auth.cancel-plain,auth.plain*",
                            "auth.clear-*", "auth.unknown-user", "auth.twice*", "order.rset-mail"});
  expect_nothing_fails(report);
  EXPECT_GT(report.count(Status::passed), 70U);
}

TEST(TlsBattery, ImplicitTls) {
  const FaultyTlsServer server{{}, true};
  Options options = options_for(server);
  options.tls = TlsUse::implicit;
  const Report report = run(options, {"implicit", "order.rset-mail", "auth.plain", "starttls"});
  expect_nothing_fails(report);
  EXPECT_GT(report.count(Status::passed), 40U);
  options.tls = TlsUse::as_needed;
  options.timeout = 300ms;
  EXPECT_THROW(static_cast<void>(run(options, {"order"})), Unreachable);
}

TEST(TlsBattery, AllBehindStarttls) {
  const FaultyTlsServer server{{}};
  Options options = options_for(server);
  options.tls = TlsUse::starttls;
  const Outcome outcome = outcome_of(options, "order.rset-mail");
  EXPECT_EQ(outcome.status, Status::passed) << outcome.detail;
  std::string said;
  for (const Dialogue::Turn& turn : outcome.dialogue.turns()) said += turn.octets + "|";
  EXPECT_THAT(said, HasSubstr("STARTTLS\r\n|220 go on\r\n|TLS handshake|TLSv1.3"));
}

TEST(TlsBattery, WhatCameInTheClearIsNotForgotten) {
  expect_found({.keeps_clear_text = true},
               {"starttls.injects-noop", "starttls.injects-prefix", "starttls.injects-verb",
                "starttls.injects-hello", "starttls.injects-many"});
  expect_found({.keeps_dialogue = true},
               {"starttls.forgets-hello", "starttls.forgets-mail", "starttls.forgets-rcpt"});
  expect_found({.keeps_clear_text = true, .keeps_dialogue = true},
               {"starttls.injects-mail", "starttls.injects-rcpt"});
}

TEST(TlsBattery, HandshakesThatFail) {
  expect_found({.goes_on_in_clear = true}, {"handshake.clear-text", "handshake.zeros"});
  expect_found({.keeps_broken = true}, {"handshake.http", "handshake.cut-half"});
  expect_found({.takes_old_tls = true},
               {"handshake.ssl-3", "handshake.tls-1-0", "handshake.rc4", "handshake.tls-1-2"});
  expect_found({.lists_starttls_again = true}, {"starttls.not-listed"});
  expect_found({.has_no_tickets = true}, {"handshake.resumed-1-2", "handshake.resumed-1-3"});
}

TEST(TlsBattery, Logins) {
  expect_found({.shows_passwords = true},
               {"auth.clear-listed", "auth.clear-plain", "auth.clear-plain-initial"});
  expect_found({.tells_unknown_users = true}, {"auth.unknown-user"});
  expect_found({.cuts_at_nul = true}, {"auth.password-nul"});
  expect_found({.takes_second_login = true}, {"auth.twice", "auth.twice-rset", "auth.twice-hello"});
  expect_found({.has_bare_334 = true}, {"auth.challenge-space"});
  expect_found({.takes_login_in_mail = true}, {"auth.in-transaction"});
  expect_found({.ignores_cancel = true, .takes_any_base64 = true}, {"auth.cancel-plain"});
}

TEST(TlsBattery, Trust) {
  expect_found({.takes_any_proxy = true}, {"proxy.distrusted-after-hello"});
  expect_found({.takes_any_xclient = true},
               {"xclient.distrusted-address", "xclient.distrusted-login"});
  expect_found({.relays_for_auth = true}, {"relay.auth-plain"});
}

TEST(TlsBattery, WhoeverWantsALoginIsNotJudgedWithout) {
  const FaultyTlsServer server{{.needs_no_login = false}};
  Options options = options_for(server);
  options.tls = TlsUse::starttls;
  EXPECT_EQ(outcome_of(options, "order.rset-mail").skip, Outcome::Skip::refused);
  options.is_submission = true;
  EXPECT_EQ(outcome_of(options, "order.rset-mail").status, Status::passed);
  EXPECT_EQ(outcome_of(options, "submission.mail-first").status, Status::passed);
  EXPECT_EQ(outcome_of(options, "submission.relay").status, Status::passed);
  EXPECT_EQ(outcome_of(options, "submission.no-relay").skip, Outcome::Skip::refused);
}

TEST(TlsBattery, AReportShowsNoPassword) {
  const FaultyTlsServer server{{}};
  const Outcome outcome = outcome_of(options_for(server), "auth.plain-response");
  EXPECT_EQ(outcome.status, Status::passed) << outcome.detail;
  for (const Dialogue::Turn& turn : outcome.dialogue.turns()) {
    EXPECT_EQ(turn.octets.find("AGFubgBzZWNyZXQ="), std::string::npos);
  }
}

}  // namespace
}  // namespace quoth::conform
