#include "plugins/recipients/recipients.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <quoth/chains.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "mail/path.hpp"

namespace quoth::plugins {
namespace {

/// What stands in "<…>" of a RCPT.
mail::Mailbox mailbox(const std::string& text) {
  return mail::forward_path_at("<" + text + ">").value().path;
}

/// The plugin in the chain of a server, asked about one recipient after the other.
class RecipientsTest : public testing::Test {
 protected:
  RecipientsTest() { plugin_.attach(chains_); }

  /// The reply in one line; the recipient as the plugin leaves it.
  std::string ask(mail::Mailbox& recipient) {
    smtp::RcptArguments arguments{.recipient = recipient};
    event::Rcpt rcpt{session_, envelope_, arguments, recipient};
    const auto order = chains_.order(static_cast<std::size_t>(event::Rcpt::chain));
    const Decision decision = order->places().front().handler->plain(&rcpt);
    return decision ? decision->summary() : "passed";
  }

  std::string ask(const std::string& text) {
    mail::Mailbox recipient = mailbox(text);
    return ask(recipient);
  }

  Chains chains_;

 private:
  smtp::Dialect dialect_ = smtp::standard_dialect({});
  smtp::ServerProtocol protocol_{dialect_};
  Session session_{{}, protocol_, chains_};
  smtp::Envelope envelope_;
  Recipients plugin_{RecipientTable{{.accept = {"local.test"},
                                     .known = RecipientPatterns{{"local.test", {"alice", "user*"}}},
                                     .hostname = "mx.local.test"}}};
};

TEST_F(RecipientsTest, AnswersForEachKindOfRecipient) {
  EXPECT_EQ(ask("alice@local.test"), "250 2.1.5 recipient ok");
  EXPECT_EQ(ask("\"USER 5\"@LOCAL.test"), "250 2.1.5 recipient ok");
  EXPECT_EQ(ask("bob@local.test"), "550 5.1.1 no such user here");
  EXPECT_EQ(ask("alice@other.test"), "550 5.7.1 relaying denied");
  EXPECT_EQ(ask("alice@[127.0.0.1]"), "550 5.7.1 relaying denied");
  EXPECT_EQ(ask("user%other.test@local.test"), "550 5.7.1 relaying denied");
  EXPECT_EQ(ask("\"user@other.test\"@local.test"), "550 5.7.1 relaying denied");
  EXPECT_EQ(ask("other.test!user@local.test"), "550 5.7.1 relaying denied");
  EXPECT_EQ(ask("@other.test:user1@local.test"), "250 2.1.5 recipient ok");
}

TEST_F(RecipientsTest, ABarePostmasterGetsTheFirstDomain) {
  mail::Mailbox recipient = mailbox("PostMaster");
  ASSERT_TRUE(recipient.is_bare_postmaster());
  EXPECT_EQ(ask(recipient), "250 2.1.5 recipient ok");
  EXPECT_EQ(recipient.text(), "postmaster@local.test");
}

TEST_F(RecipientsTest, StandsInTheChainByName) {
  EXPECT_EQ(chains_.get<event::Rcpt>().handlers().front().name, "recipients");
}

TEST(Recipients, WithoutDomainsNobodyIsTaken) {
  Chains chains;
  Recipients plugin{RecipientTable{{}}};
  plugin.attach(chains);
  EXPECT_EQ(plugin.name(), "recipients");
}

}  // namespace
}  // namespace quoth::plugins
