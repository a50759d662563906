#include "plugins/recipients/relay.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "plugins/plugin_fixture.hpp"
#include "plugins/recipients/recipients.hpp"

namespace quoth::plugins {
namespace {

constexpr std::string_view taken = "250 2.1.5 recipient ok";
constexpr std::string_view denied = "550 5.7.1 relaying denied";
constexpr std::string_view no_route = "550 5.4.4 no route to that domain";

/// A server for local.test that knows routes to far.test and below wild.test.
class RelayTest : public PluginTest {
 protected:
  void serve(bool for_authenticated, const std::vector<std::string>& networks = {}) {
    RelayRules rules{.for_authenticated = for_authenticated,
                     .networks = {},
                     .routed = {"local.test", "Far.test", "*.wild.test"}};
    for (const std::string& network : networks) rules.networks.push_back(Network::parse(network));
    plugin_.emplace(RecipientTable{{.accept = {"local.test"},
                                    .known = RecipientPatterns{{"local.test", {"ann", "user*"}}},
                                    .hostname = "mx.local.test"}},
                    std::move(rules));
    plugin_->attach(chains_);
  }

  std::string ask(const std::string& text) {
    mail::Mailbox recipient = mailbox(text);
    smtp::RcptArguments arguments{.recipient = recipient};
    event::Rcpt rcpt{session_, envelope_, arguments, recipient};
    return run(rcpt);
  }

 private:
  std::optional<Recipients> plugin_;
};

TEST_F(RelayTest, NobodyMayByItself) {
  serve(false);
  log_in("ann");
  EXPECT_EQ(ask("x@far.test"), denied);
  EXPECT_EQ(ask("x@nowhere.test"), denied);
  EXPECT_EQ(chains_.get<event::Rcpt>().handlers().size(), 1U);
}

TEST_F(RelayTest, UsersMayWhereARouteLeads) {
  serve(true);
  EXPECT_EQ(ask("x@far.test"), denied);
  log_in("ann");
  EXPECT_EQ(ask("x@far.test"), taken);
  EXPECT_EQ(ask("x@FAR.test"), taken);
  EXPECT_EQ(ask("x@a.wild.test"), taken);
  EXPECT_EQ(ask("x@wild.test"), no_route);
  EXPECT_EQ(ask("@far.test:x@nowhere.test"), no_route);
}

TEST_F(RelayTest, WhoeverAsksOurOwnRecipientsAreWhatTheyAre) {
  serve(true, {"192.0.2.0/24"});
  for (const char* user : {"", "ann"}) {
    log_in(user);
    EXPECT_EQ(ask("ann@local.test"), "250 2.1.5 recipient ok");
    EXPECT_EQ(ask("nobody@local.test"), "550 5.1.1 no such user here");
    EXPECT_EQ(ask("user%far.test@local.test"), denied);
    EXPECT_EQ(ask("far.test!user@local.test"), denied);
    EXPECT_EQ(ask("\"user@far.test\"@local.test"), denied);
  }
}

TEST_F(RelayTest, NetworksMay) {
  serve(false, {"192.0.2.0/24", "2001:db8::/32"});
  EXPECT_EQ(ask("x@far.test"), denied);
  log_in("ann");  // of no use here
  EXPECT_EQ(ask("x@far.test"), denied);
  for (const char* address : {"192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7"}) {
    connect_from(address);
    EXPECT_EQ(ask("x@far.test"), taken) << address;
    EXPECT_EQ(ask("x@nowhere.test"), no_route) << address;
  }
  for (const char* address : {"192.0.3.7", "2001:db9::7", "", "192.0.2.7.test"}) {
    connect_from(address);
    EXPECT_EQ(ask("x@far.test"), denied) << address;
  }
}

TEST_F(RelayTest, AUnixSocketIsNotAClientWithoutAnAddress) {
  serve(false, {"unix"});
  connect_from("");
  EXPECT_EQ(ask("x@far.test"), taken);
  session_.facts().claim = Claim::xclient;
  EXPECT_EQ(ask("x@far.test"), denied);
}

TEST_F(RelayTest, AddressesWithinAddressesAreForUsersAlone) {
  serve(true, {"192.0.2.0/24"});
  connect_from("192.0.2.7");
  const std::vector<std::string> strange{"a%b.test@far.test", "b.test!a@far.test",
                                         "\"a@b.test\"@far.test"};
  for (const std::string& recipient : strange) EXPECT_EQ(ask(recipient), denied) << recipient;
  log_in("ann");
  for (const std::string& recipient : strange) EXPECT_EQ(ask(recipient), taken) << recipient;
}

TEST_F(RelayTest, AddressLiteralsAreForNobody) {
  serve(true, {"192.0.2.0/24"});
  connect_from("192.0.2.7");
  for (const char* user : {"", "ann"}) {
    log_in(user);
    EXPECT_EQ(ask("x@[127.0.0.1]"), denied);
    EXPECT_EQ(ask("x@[IPv6:::1]"), denied);
  }
}

}  // namespace
}  // namespace quoth::plugins
