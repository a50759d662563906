// Client certificates: ignored, asked for, required.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using support::CertificateFacts;
using support::StreamPair;
using support::TestAuthority;
using testing::ElementsAre;

class TlsClientCertificate : public testing::TestWithParam<TlsVersion> {
 protected:
  TlsClientCertificate() {
    support::replace_file(folder_ / "ca.pem", authority_.certificate());
    ann_.common_name = "Ann Example";
    ann_.emails = {"ann@example.org", "a@example.org"};
    ann_.domains = {"laptop.example.org"};
  }
  TlsOptions server_options(ClientCertificates what) {
    TlsOptions options;
    options.client_certificates = what;
    options.client_authorities = folder_ / "ca.pem";
    return options;
  }
  /// A client with a certificate of `authority`, or without one.
  TlsClientOptions client_options(const TestAuthority* authority) {
    TlsClientOptions options;
    options.is_verified = false;
    options.is_resuming = true;
    options.max_version = GetParam();
    if (authority != nullptr) {
      options.certificate = support::write(authority->issue(ann_), folder_ / "ann");
    }
    return options;
  }
  /// In TLS 1.3 the client learns by its next read that it is not let in.
  Result<void> connect(TlsServer& server, TlsClient& client) {
    pair_.emplace();
    const StreamPair::Outcome outcome = pair_->shake_hands(server, client);
    if (outcome.server) pair_->send(pair_->server(), pair_->client(), "220 hello\r\n");
    return outcome.server;
  }
  [[nodiscard]] const TlsFacts& facts() { return *pair_->server().tls(); }

  support::TemporaryFolder folder_;
  TestAuthority authority_;
  TestAuthority stranger_{"Stranger"};
  CertificateFacts ann_;
  std::optional<StreamPair> pair_;
};

INSTANTIATE_TEST_SUITE_P(, TlsClientCertificate,
                         testing::Values(TlsVersion::tls1_2, TlsVersion::tls1_3),
                         [](const testing::TestParamInfo<TlsVersion>& version) {
                           return version.param == TlsVersion::tls1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsClientCertificate, IsNotAskedFor) {
  TlsServer server{server_options(ClientCertificates::ignore), "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_FALSE(facts().client);
}

TEST_P(TlsClientCertificate, IsAskedForAndTold) {
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  for (const bool is_resumed : {false, true}) {
    ASSERT_TRUE(connect(server, client));
    EXPECT_EQ(facts().is_resumed, is_resumed);
    ASSERT_TRUE(facts().client);
    const PeerCertificate& ann = *facts().client;
    EXPECT_EQ(ann.subject, "CN=Ann Example");
    EXPECT_EQ(ann.common_name, "Ann Example");
    EXPECT_THAT(ann.emails, ElementsAre("ann@example.org", "a@example.org"));
    EXPECT_THAT(ann.domains, ElementsAre("laptop.example.org"));
    EXPECT_EQ(ann.fingerprint.size(), 64U);
    EXPECT_TRUE(ann.is_trusted);
  }
}

TEST_P(TlsClientCertificate, OfAStrangerIsLetInUntrustedIfItIsAskedFor) {
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(&stranger_)};
  for (const bool is_resumed : {false, true}) {
    ASSERT_TRUE(connect(server, client));
    EXPECT_EQ(facts().is_resumed, is_resumed);
    ASSERT_TRUE(facts().client);
    EXPECT_EQ(facts().client->common_name, "Ann Example");
    EXPECT_FALSE(facts().client->is_trusted);
  }
}

TEST_P(TlsClientCertificate, ThatHasExpiredIsUntrusted) {
  ann_.days_from_now = -20;
  ann_.days_to_live = -10;
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_FALSE(facts().client->is_trusted);
}

TEST_P(TlsClientCertificate, IsUntrustedWithoutAuthorities) {
  TlsOptions options = server_options(ClientCertificates::ask);
  options.client_authorities.clear();
  TlsServer server{options, "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_FALSE(facts().client->is_trusted);
}

TEST_P(TlsClientCertificate, NeedNotBeShownIfItIsAskedFor) {
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(nullptr)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_FALSE(facts().client);
}

TEST_P(TlsClientCertificate, IsRequired) {
  TlsServer server{server_options(ClientCertificates::require), "mx.example.org"};
  TlsClient ann{client_options(&authority_)};
  ASSERT_TRUE(connect(server, ann));
  EXPECT_TRUE(facts().client->is_trusted);

  TlsClient nobody{client_options(nullptr)};
  EXPECT_EQ(connect(server, nobody).error().message(), "peer did not return a certificate");
  EXPECT_EQ(pair_->server().tls(), nullptr);

  TlsClient stranger{client_options(&stranger_)};
  EXPECT_EQ(connect(server, stranger).error().message(), "unable to get local issuer certificate");
  EXPECT_EQ(pair_->server().tls(), nullptr);
}

TEST_P(TlsClientCertificate, IsCheckedAnewWhenTheAuthoritiesHaveChanged) {
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_TRUE(facts().client->is_trusted);
  support::replace_file(folder_ / "ca.pem", stranger_.certificate());
  ASSERT_TRUE(server.reload_if_changed().has_changed);
  ASSERT_TRUE(connect(server, client));
  EXPECT_FALSE(facts().is_resumed);
  EXPECT_FALSE(facts().client->is_trusted);
}

TEST_P(TlsClientCertificate, WithANulInItsNamesHasNoSuchNames) {
  ann_.emails = {std::string{"ann@example.org\0.evil.example", 29}, "a@example.org"};
  ann_.domains = {std::string{"laptop\0.example.org", 19}};
  TlsServer server{server_options(ClientCertificates::ask), "mx.example.org"};
  TlsClient client{client_options(&authority_)};
  ASSERT_TRUE(connect(server, client));
  EXPECT_THAT(facts().client->emails, ElementsAre("a@example.org"));
  EXPECT_THAT(facts().client->domains, ElementsAre());
}

}  // namespace
}  // namespace quoth::net
