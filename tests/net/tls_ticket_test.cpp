// Session tickets: connections that go on where another one ended, and for how long.

#include <atomic>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "net/tls_ticket_keys.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using namespace std::chrono_literals;
using support::StreamPair;
using SteadyTime = std::chrono::steady_clock::time_point;

class TicketKeysTest : public testing::Test {
 protected:
  SteadyTime now_ = SteadyTime{} + 1000h;
  TicketKeys keys_{1h, [this] { return now_; }};
};

TEST_F(TicketKeysTest, AreUsedForTheirLifetime) {
  const TicketKeys::Key key = *keys_.sealing();
  now_ += 1h - 1s;
  EXPECT_EQ(keys_.sealing()->name, key.name);
  now_ += 1s;
  EXPECT_NE(keys_.sealing()->name, key.name);
  EXPECT_NE(keys_.sealing()->cipher, key.cipher);
  EXPECT_NE(keys_.sealing()->mac, key.mac);
}

TEST_F(TicketKeysTest, OpenForAsLongAgain) {
  const TicketKeys::Key key = *keys_.sealing();
  ASSERT_TRUE(keys_.opening(key.name.data()));
  EXPECT_EQ(keys_.opening(key.name.data())->key.cipher, key.cipher);
  EXPECT_FALSE(keys_.opening(key.name.data())->is_old);
  now_ += 1h;
  ASSERT_TRUE(keys_.opening(key.name.data()));
  EXPECT_EQ(keys_.opening(key.name.data())->key.cipher, key.cipher);
  EXPECT_TRUE(keys_.opening(key.name.data())->is_old);
  now_ += 1h - 1s;
  EXPECT_TRUE(keys_.opening(key.name.data()));
  now_ += 1s;
  EXPECT_FALSE(keys_.opening(key.name.data()));
}

TEST_F(TicketKeysTest, AreForgottenIfNobodyCameMeanwhile) {
  const TicketKeys::Key key = *keys_.sealing();
  now_ += 90min;
  EXPECT_TRUE(keys_.opening(key.name.data())) << "the next one's time began just now";
  now_ += 30min;
  EXPECT_FALSE(keys_.opening(key.name.data()));
  const TicketKeys::Key other = *keys_.sealing();
  now_ += 100h;
  EXPECT_FALSE(keys_.opening(other.name.data()));
}

TEST_F(TicketKeysTest, OfOthersOpenNothing) {
  const TicketKeys::Key key = *keys_.sealing();
  TicketKeys others{1h, [this] { return now_; }};
  EXPECT_FALSE(others.opening(key.name.data()));
}

class TlsTickets : public testing::TestWithParam<TlsVersion> {
 protected:
  TlsTickets() {
    client_.is_verified = false;
    client_.is_resuming = true;
    client_.max_version = GetParam();
  }
  CertificateFiles issue() {
    support::CertificateFacts facts;
    facts.domains = {"mx.example.org"};
    return support::write(authority_.issue(facts), folder_ / "a");
  }
  TlsOptions options() {
    TlsOptions options;
    options.ticket_key_lifetime = 1h;
    options.certificates = {issue()};
    return options;
  }
  /// Whether a connection goes on from the last one.
  bool resumes(TlsServer& server, TlsClient& client, const std::string& name = "mx.example.org") {
    StreamPair pair;
    const StreamPair::Outcome outcome = pair.shake_hands(server, client, name);
    EXPECT_TRUE(outcome.server && outcome.client);
    EXPECT_EQ(pair.send(pair.server(), pair.client(), "220 hello\r\n"), "220 hello\r\n");
    EXPECT_EQ(pair.server().tls()->is_resumed, pair.client().tls()->is_resumed);
    EXPECT_EQ(pair.server().tls()->server_name, name);
    const TlsBindings here = pair.server().channel_bindings();
    const TlsBindings there = pair.client().channel_bindings();
    EXPECT_TRUE(here.exporter && here.server_end_point);
    EXPECT_EQ(here.exporter, there.exporter);
    EXPECT_EQ(here.server_end_point, there.server_end_point);
    return pair.server().tls()->is_resumed;
  }

  support::TemporaryFolder folder_;
  support::TestAuthority authority_;
  TlsClientOptions client_;
  SteadyTime now_ = SteadyTime{} + 1000h;
  TlsServer server_{options(), "mx.example.org", [this] { return now_; }};
};

INSTANTIATE_TEST_SUITE_P(, TlsTickets, testing::Values(TlsVersion::tls1_2, TlsVersion::tls1_3),
                         [](const testing::TestParamInfo<TlsVersion>& version) {
                           return version.param == TlsVersion::tls1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsTickets, AreUsedAgain) {
  TlsClient client{client_};
  EXPECT_FALSE(client.has_session("mx.example.org"));
  EXPECT_FALSE(resumes(server_, client));
  EXPECT_TRUE(client.has_session("mx.example.org"));
  EXPECT_TRUE(resumes(server_, client));
  EXPECT_TRUE(resumes(server_, client));
  EXPECT_FALSE(resumes(server_, client, "other.example.org"));
  client.forget_sessions();
  EXPECT_FALSE(resumes(server_, client));
}

TEST_P(TlsTickets, OutliveOneChangeOfKeysAndAreRenewed) {
  TlsClient client{client_};
  EXPECT_FALSE(resumes(server_, client));
  now_ += 90min;
  EXPECT_TRUE(resumes(server_, client));
  now_ += 45min;
  EXPECT_TRUE(resumes(server_, client)) << "it has got a new one";
}

TEST_P(TlsTickets, AreNoGoodAfterTwoChangesOfKeys) {
  TlsClient client{client_};
  EXPECT_FALSE(resumes(server_, client));
  now_ += 1h;
  TlsClient another{client_};
  EXPECT_FALSE(resumes(server_, another));
  now_ += 1h;
  EXPECT_FALSE(resumes(server_, client));
  EXPECT_TRUE(resumes(server_, another));
}

TEST_P(TlsTickets, OutliveAReloadWithTheCertificateThatTheClientKnows) {
  TlsClient client{client_};
  EXPECT_FALSE(resumes(server_, client));
  issue();
  ASSERT_TRUE(server_.reload_if_changed().has_changed);
  EXPECT_TRUE(resumes(server_, client)) << "its bindings are those of the first handshake";
  EXPECT_TRUE(resumes(server_, client));
}

TEST_P(TlsTickets, OfAnotherServerAreNoGood) {
  TlsClient client{client_};
  EXPECT_FALSE(resumes(server_, client));
  TlsServer other{options(), "mx.example.org"};
  EXPECT_FALSE(resumes(other, client));
}

}  // namespace
}  // namespace quoth::net
