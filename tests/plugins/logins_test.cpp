#include "plugins/logins/logins.hpp"

#include <string>

#include <gtest/gtest.h>

#include "plugins/plugin_fixture.hpp"

namespace quoth::plugins {
namespace {

class LoginsTest : public PluginTest {
 protected:
  std::string try_with(const auth::Credentials& credentials) {
    event::Auth auth{session_, "X", credentials, ""};
    std::string reply = run(auth);
    if (!auth.user().empty()) reply += " as " + auth.user();
    return reply;
  }

  void show_certificate(std::string fingerprint) {
    TlsFacts facts;
    facts.client = PeerCertificate{.fingerprint = std::move(fingerprint)};
    session_.facts().tls = facts;
  }
};

TEST_F(LoginsTest, AnyPasswordWillDo) {
  AnyPassword plugin;
  plugin.attach(chains_);
  EXPECT_EQ(try_with(auth::Password{"ann", "secret"}), "235 2.7.0 authentication succeeded");
  EXPECT_EQ(try_with(auth::Password{"ann", ""}), "235 2.7.0 authentication succeeded");
  EXPECT_EQ(try_with(auth::Password{"", "secret"}), "passed");
  EXPECT_EQ(try_with(auth::ScramUser{"ann"}), "passed");
  EXPECT_EQ(try_with(auth::BearerToken{"ann", "x"}), "passed");
  EXPECT_EQ(try_with(auth::Certificate{}), "passed");
}

TEST_F(LoginsTest, ACertificateIsItsUser) {
  CertificateUsers plugin{{{"aa11", "ann"}}};
  plugin.attach(chains_);
  EXPECT_EQ(try_with(auth::Certificate{}), "passed");
  session_.facts().tls = TlsFacts{};
  EXPECT_EQ(try_with(auth::Certificate{}), "passed");
  show_certificate("bb22");
  EXPECT_EQ(try_with(auth::Certificate{}), "passed");
  show_certificate("aa11");
  EXPECT_EQ(try_with(auth::Certificate{}), "235 2.7.0 authentication succeeded as ann");
  EXPECT_EQ(try_with(auth::Password{"ann", "x"}), "passed");
}

}  // namespace
}  // namespace quoth::plugins
