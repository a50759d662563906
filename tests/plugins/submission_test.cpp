#include "plugins/submission/submission.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/plugin_fixture.hpp"

namespace quoth::plugins {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const noexcept override {
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{10};
  }
};

constexpr std::string_view not_owned = "550 5.7.1 the sender address is not owned by user ";

class SubmissionTest : public PluginTest {
 protected:
  SubmissionTest() { plugin_.attach(chains_); }

  /// The reply to MAIL; an empty text is "<>".
  std::string mail_from(const std::string& sender) {
    smtp::MailArguments arguments;
    if (!sender.empty()) arguments.sender = mailbox(sender);
    mail::ReversePath path = arguments.sender;
    event::Mail mail{session_, arguments, path};
    return run(mail);
  }

  /// The fields that a message with this header section gets.
  std::string completed(std::string_view header, std::string_view seen_as = "Q1") {
    const mail::HeaderSection section{header};
    event::Headers headers{session_, envelope_, seen_as, section};
    EXPECT_EQ(run(headers), "passed");
    event::Message message{session_, envelope_, "Q1", 0, std::nullopt};
    EXPECT_EQ(run(message), "passed");
    return message.added_fields();
  }

  FixedClock clock_;
  Submission plugin_{SenderRules{{"local.test", "*.wild.test"},
                                 {{"Ann", {"ann@other.test", "*@lists.test", "ann-*@local.test"}},
                                  {"boss", {"*"}},
                                  {"ops@local.test", {"root@*.wild.test"}}}},
                     {Network::parse("192.0.2.0/24")},
                     clock_};
};

TEST_F(SubmissionTest, AUserOwnsHisNameAtEachDomainOfOurs) {
  log_in("ann");
  for (const char* sender :
       {"ann@local.test", "ANN@Local.test", "ann@a.wild.test", "\"ann\"@local.test",
        "ann@other.test", "sales@lists.test", "ann-shop@local.test"}) {
    EXPECT_EQ(mail_from(sender), "passed") << sender;
  }
  for (const char* sender :
       {"bob@local.test", "ann@wild.test", "ann@foreign.test", "annx@local.test", "x@a.lists.test",
        "bob@other.test", "ann%bob@local.test", "\"ann@local.test\"@foreign.test",
        "ann@[127.0.0.1]"}) {
    EXPECT_EQ(mail_from(sender), std::string{not_owned} + "ann") << sender;
  }
}

TEST_F(SubmissionTest, AUserWhoseNameIsAnAddressOwnsThat) {
  log_in("Ops@LOCAL.test");
  EXPECT_EQ(mail_from("ops@local.test"), "passed");
  EXPECT_EQ(mail_from("root@a.wild.test"), "passed");
  EXPECT_EQ(mail_from("ops@a.wild.test"), std::string{not_owned} + "Ops@LOCAL.test");
  EXPECT_EQ(mail_from("root@local.test"), std::string{not_owned} + "Ops@LOCAL.test");
  log_in("bob@foreign.test");
  EXPECT_EQ(mail_from("bob@foreign.test"), "passed");
  EXPECT_EQ(mail_from("bob@local.test"), std::string{not_owned} + "bob@foreign.test");
}

TEST_F(SubmissionTest, AStarIsEveryAddress) {
  log_in("boss");
  EXPECT_EQ(mail_from("anybody@anywhere.test"), "passed");
}

TEST_F(SubmissionTest, TheNullPathIsEverybodys) {
  log_in("ann");
  EXPECT_EQ(mail_from(""), "passed");
}

TEST_F(SubmissionTest, AUserNameThatIsNoAddressOwnsNothing) {
  for (const char* user : {"@local.test", "a b@local.test", "ann@local.test@x.test"}) {
    log_in(user);
    EXPECT_THAT(mail_from("ann@local.test"), testing::StartsWith("550 5.7.1 ")) << user;
  }
}

TEST_F(SubmissionTest, WhoHasNotLoggedInMustComeFromANetwork) {
  EXPECT_EQ(mail_from("ann@local.test"), "530 5.7.0 authentication required");
  EXPECT_EQ(mail_from(""), "530 5.7.0 authentication required");
  connect_from("192.0.2.7");
  EXPECT_EQ(mail_from("printer@anywhere.test"), "passed");
}

TEST_F(SubmissionTest, MissingFieldsAreAdded) {
  EXPECT_EQ(completed("From: ann@local.test\r\n\r\n"),
            "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <Q1@mx.local.test>\r\n");
  EXPECT_EQ(completed("date: yesterday\r\n\r\n"), "Message-ID: <Q1@mx.local.test>\r\n");
  EXPECT_EQ(completed("MESSAGE-id: <a@b>\r\nX: y\r\n"),
            "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n");
  EXPECT_EQ(completed("Date: x\r\nMessage-ID: y\r\n\r\n"), "");
}

TEST_F(SubmissionTest, AMessageWhoseHeaderNobodySawIsLeftAlone) {
  EXPECT_EQ(completed("From: ann@local.test\r\n\r\n", "Q0"), "");
}

TEST(SenderRules, APatternMustBeAnAddress) {
  for (const char* pattern : {"", "ann", "@a.test", "ann@", "**"}) {
    EXPECT_THROW((SenderRules{{}, {{"ann", {pattern}}}}), std::invalid_argument) << pattern;
  }
}

}  // namespace
}  // namespace quoth::plugins
