// The battery against small servers that do wrong: each fault must be found, and nothing else.
#include "conform/battery.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conform/cases.hpp"
#include "conform/selection.hpp"
#include "conform/target.hpp"
#include "support/faulty_server.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::conform {
namespace {

using namespace std::chrono_literals;
using test::Faults;
using test::FaultyServer;
using testing::HasSubstr;
using Status = Outcome::Status;

Options options_for(const FaultyServer& server) {
  Options options;
  options.target = Target::resolve(server.address());
  options.rcpt = "ann@local.test";
  options.timeout = 2000ms;
  return options;
}

Report run(const Options& options, const std::vector<std::string>& only) {
  return run_battery(options, select(all_cases(), only));
}

/// The one outcome of the one case `id`.
Outcome outcome_of(const Options& options, const std::string& id) {
  const Report report = run(options, {id});
  EXPECT_EQ(report.outcomes.size(), 1U) << id;
  return report.outcomes.empty() ? Outcome{} : report.outcomes.front();
}

Outcome outcome_of(Faults faults, const std::string& id) {
  const FaultyServer server{faults};
  return outcome_of(options_for(server), id);
}

TEST(Battery, AServerThatIsRightFailsNothing) {
  const FaultyServer server{{}};
  const Report report = run(options_for(server), {"order", "pipelining.group", "relay.plain",
                                                  "smuggling.lf-dot-crlf,smuggling.split-*",
                                                  "replies.crlf", "robustness.reset-*"});
  for (const Outcome& outcome : report.outcomes) {
    EXPECT_EQ(outcome.status, Status::passed) << outcome.about->id << ": " << outcome.detail;
  }
  EXPECT_FALSE(report.is_bad());
  EXPECT_EQ(report.greeting, "220 bad.local.test ESMTP");
  EXPECT_EQ(report.extensions, std::vector<std::string>{"PIPELINING"});
}

TEST(Battery, SmugglingIsFoundByTheReplies) {
  const FaultyServer server{{.ends_text_at_lf_dot = true}};
  const Report report = run(options_for(server), {"smuggling.lf-dot-crlf"});
  EXPECT_EQ(report.outcomes.front().status, Status::failed);
  EXPECT_THAT(report.outcomes.front().detail, HasSubstr("came \"250 OK\""));
  EXPECT_TRUE(report.is_bad());
}

TEST(Battery, SmugglingIsFoundByWhatWasStored) {
  const support::TemporaryFolder folder;
  const FaultyServer server{{.hides_smuggled_replies = true}, folder.path().string()};
  Options options = options_for(server);
  EXPECT_EQ(outcome_of(options, "smuggling.lf-dot-crlf").status, Status::passed);
  options.maildir = folder.path().string();
  const Outcome outcome = outcome_of(options, "smuggling.lf-dot-crlf");
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_THAT(outcome.detail, HasSubstr("smuggled"));
}

TEST(Battery, AWaitEndsAtItsDeadline) {
  const FaultyServer server{{.never_answers_text = true}};
  Options options = options_for(server);
  options.timeout = 100ms;
  EXPECT_EQ(run(options, {"data.message"}).outcomes.front().detail,
            "wanted 250, but nothing came in 100 ms");
}

TEST(Battery, OpenRelayIsFound) {
  EXPECT_EQ(outcome_of(Faults{.takes_any_recipient = true}, "relay.plain").status, Status::failed);
  // Who takes any local part at its own domain does not relay by it.
  const Outcome hidden = outcome_of(Faults{.takes_any_recipient = true}, "relay.percent");
  EXPECT_EQ(hidden.status, Status::skipped);
  EXPECT_EQ(hidden.skip, Outcome::Skip::refused);
}

TEST(Battery, ARefusedSenderProvesNothingAboutRelaying) {
  EXPECT_EQ(outcome_of(Faults{.refuses_mail = true}, "relay.plain").skip, Outcome::Skip::refused);
}

TEST(Battery, InjectedRepliesAreFound) {
  for (const char* const id : {"injection.reply-verb-lf", "injection.reply-hello-lf",
                               "injection.reply-hello-cr", "injection.reply-vrfy-lf"}) {
    EXPECT_EQ(outcome_of(Faults{.says_lines_back = true}, id).status, Status::failed) << id;
    EXPECT_EQ(outcome_of(Faults{}, id).status, Status::passed) << id;
  }
}

TEST(Battery, HiddenCommandsAreFound) {
  const std::string id = "limits.hidden-command";
  EXPECT_EQ(outcome_of(Faults{}, id).status, Status::passed);
  EXPECT_EQ(outcome_of(Faults{.cuts_long_lines = true}, id).status, Status::failed);
}

TEST(Battery, AByeThatNobodyAskedForIsFound) {
  EXPECT_EQ(outcome_of(Faults{.says_bye_to_noop = true}, "limits.hidden-command").status,
            Status::failed);
  EXPECT_EQ(outcome_of(Faults{.says_bye_to_noop = true}, "order.after-quit").status,
            Status::passed);
}

TEST(Battery, PacketsThatAreTakenForLinesAreFound) {
  const FaultyServer right{{}};
  for (const Outcome& outcome : run(options_for(right), {"robustness.cuts-*"}).outcomes) {
    EXPECT_EQ(outcome.status, Status::passed) << outcome.about->id << ": " << outcome.detail;
  }
  for (const char* const id :
       {"robustness.cuts-hello", "robustness.cuts-mail", "robustness.cuts-rcpt",
        "robustness.cuts-data", "robustness.cuts-quit"}) {
    EXPECT_EQ(outcome_of(Faults{.takes_packets_for_lines = true}, id).status, Status::failed) << id;
  }
}

TEST(Battery, AnnouncedLimitsThatAreNotKeptAreFound) {
  const Faults faults{.forgets_its_limits = true};
  for (const std::string name : {"extensions.limits-rcptmax", "extensions.limits-mailmax"}) {
    EXPECT_EQ(outcome_of(faults, name + "-at").status, Status::passed) << name;
    EXPECT_EQ(outcome_of(faults, name + "-beyond").status, Status::failed) << name;
    EXPECT_EQ(outcome_of(Faults{}, name + "-at").skip, Outcome::Skip::not_offered) << name;
  }
}

TEST(Battery, AMalformedReplyIsFoundWhereverItCame) {
  const FaultyServer server{{.ends_replies_with_lf = true}};
  const Report report = run(options_for(server), {"replies.crlf", "replies.code"});
  EXPECT_EQ(report.outcomes.front().about->id, "replies.code");
  EXPECT_EQ(report.outcomes.front().status, Status::passed);
  EXPECT_EQ(report.outcomes.back().status, Status::failed);
  EXPECT_THAT(report.outcomes.back().detail, HasSubstr("LF alone"));
}

TEST(Battery, DisorderIsFound) {
  EXPECT_EQ(outcome_of(Faults{.forgets_order = true}, "order.rcpt-before-mail").status,
            Status::failed);
}

TEST(Battery, WhatAServerMayRefuseIsNotJudged) {
  const Outcome refused = outcome_of(Faults{.refuses_mail = true}, "data.message");
  EXPECT_EQ(refused.skip, Outcome::Skip::refused);
  EXPECT_THAT(refused.detail, HasSubstr("550 not from you"));
  const Outcome ended = outcome_of(Faults{.says_421_to_rcpt = true}, "data.message");
  EXPECT_EQ(ended.skip, Outcome::Skip::ended);
  // 4xx is right there, and 421 is no answer.
  const Outcome unknown = outcome_of(Faults{.says_421_to_rcpt = true}, "recipients.unknown");
  EXPECT_EQ(unknown.skip, Outcome::Skip::ended);
}

TEST(Battery, ARunThatIsCutOffSaysSo) {
  const FaultyServer server{{.says_421_to_rcpt = true}};
  const Report report = run(options_for(server), {"data", "verbs.noop"});
  EXPECT_FALSE(report.is_bad());
  EXPECT_TRUE(report.is_hollow());
  EXPECT_GT(report.cut_off(), 10U);
  const FaultyServer right{{}};
  EXPECT_FALSE(run(options_for(right), {"verbs.noop"}).is_hollow());
}

TEST(Battery, WhatIsNotOfferedIsSkipped) {
  const Outcome outcome = outcome_of(Faults{}, "chunking.last");
  EXPECT_EQ(outcome.status, Status::skipped);
  EXPECT_EQ(outcome.skip, Outcome::Skip::not_offered);
  EXPECT_EQ(outcome.detail, "CHUNKING is not offered");
  EXPECT_EQ(outcome_of(Faults{}, "lmtp.two").skip, Outcome::Skip::protocol);
}

TEST(Battery, WhatWasStoredIsCompared) {
  const support::TemporaryFolder folder;
  const FaultyServer server{{}, folder.path().string()};
  Options options = options_for(server);
  options.maildir = folder.path().string();
  EXPECT_EQ(outcome_of(options, "data.plain").status, Status::passed);
  // It never takes the stuffed dot away.
  EXPECT_EQ(outcome_of(options, "data.dot-line").detail,
            "what was stored differs from what was sent");
}

TEST(Battery, ACutTextMustNotBeStored) {
  const support::TemporaryFolder folder;
  const FaultyServer server{{.keeps_cut_text = true}, folder.path().string()};
  Options options = options_for(server);
  options.maildir = folder.path().string();
  EXPECT_EQ(outcome_of(options, "robustness.reset-text").status, Status::failed);
}

TEST(Battery, MailThatArrivesElsewhereIsNotJudged) {
  const support::TemporaryFolder folder;
  const FaultyServer server{{}};
  Options options = options_for(server);
  options.maildir = folder.path().string();
  options.timeout = 1000ms;
  const Report report = run(options, {"data.plain", "smuggling.lf-dot-crlf"});
  for (const Outcome& outcome : report.outcomes) {
    EXPECT_EQ(outcome.skip, Outcome::Skip::option) << outcome.about->id;
  }
  EXPECT_TRUE(report.is_mail_missing);
}

TEST(Battery, WithoutAServerThereIsNoReport) {
  std::string address;
  {
    const FaultyServer server{{}};
    address = server.address();
  }
  Options options;
  options.target = Target::resolve(address);
  EXPECT_THROW(static_cast<void>(run(options, {"greeting"})), Unreachable);
}

TEST(Battery, WithoutAGreetingThereIsNoReport) {
  const FaultyServer server{{.has_no_greeting = true}};
  Options options = options_for(server);
  options.timeout = 100ms;
  EXPECT_THROW(static_cast<void>(run(options, {"greeting"})), Unreachable);
}

TEST(Battery, TheDialogueIsKept) {
  const Outcome outcome = outcome_of(Faults{}, "verbs.noop");
  const auto& turns = outcome.dialogue.turns();
  ASSERT_GE(turns.size(), 5U);
  EXPECT_EQ(turns[0].who, Dialogue::Who::server);
  EXPECT_EQ(turns[1].octets, "EHLO conform.example.org\r\n");
  EXPECT_EQ(turns[3].octets, "NOOP\r\n");
  EXPECT_EQ(turns[4].octets, "250 OK\r\n");
}

}  // namespace
}  // namespace quoth::conform
