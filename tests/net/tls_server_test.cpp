// TlsServer: which certificate a client gets, files that change, tickets, client certificates.

#include "net/tls_server.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/tls_client.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using support::CertificateFacts;
using support::StreamPair;
using support::TestAuthority;
using support::TestCertificate;
using testing::ElementsAre;
using testing::HasSubstr;

CertificateFacts host(const std::string& name) {
  CertificateFacts facts;
  facts.common_name = name;
  facts.domains = {name};
  return facts;
}

class TlsServerTest : public testing::Test {
 protected:
  TlsServerTest() { support::replace_file(folder_ / "ca.pem", authority_.certificate()); }

  CertificateFiles files(const CertificateFacts& facts, const std::string& name) {
    return support::write(authority_.issue(facts), folder_ / name);
  }
  [[nodiscard]] TlsClientOptions trusting() const {
    TlsClientOptions options;
    options.authorities = folder_ / "ca.pem";
    return options;
  }
  /// Whether a client that checks names gets a certificate for `name`; else why not.
  std::string connects(TlsServer& server, const std::string& name) {
    TlsClient client{trusting()};
    StreamPair pair;
    const StreamPair::Outcome outcome = pair.shake_hands(server, client, name);
    return outcome.client ? "yes" : outcome.client.error().message();
  }
  /// What tls-server-end-point says of the certificate that whoever asks for `name` gets.
  std::string certificate_for(TlsServer& server, const std::string& name) {
    TlsClientOptions options;
    options.is_verified = false;
    TlsClient client{options};
    StreamPair pair;
    const StreamPair::Outcome outcome = pair.shake_hands(server, client, name);
    if (!outcome.server) return outcome.server.error().message();
    EXPECT_TRUE(outcome.client);
    EXPECT_EQ(pair.client().channel_bindings().server_end_point,
              pair.server().channel_bindings().server_end_point);
    asked_for_ = pair.server().tls()->server_name;
    return *pair.client().channel_bindings().server_end_point;
  }
  static std::string why_not(const TlsOptions& options) {
    try {
      const TlsServer server{options, "mx.example.org"};
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "it is fine";
  }

  support::TemporaryFolder folder_;
  TestAuthority authority_;
  std::string asked_for_;
};

TEST_F(TlsServerTest, MakesACertificateForItself) {
  TlsServer server{TlsOptions{}, "MX.example.org"};
  const TlsServer::Description description = server.description();
  EXPECT_TRUE(description.is_self_made);
  EXPECT_EQ(description.subject, "CN=MX.example.org");
  EXPECT_THAT(description.names, ElementsAre("mx.example.org", "localhost"));
  EXPECT_EQ(description.fingerprint.size(), 64U);
  EXPECT_NE(TlsServer(TlsOptions{}, "mx.example.org").description().fingerprint,
            description.fingerprint);
  EXPECT_FALSE(server.reload_if_changed().has_changed);
  EXPECT_FALSE(server.reload().has_changed);
  EXPECT_EQ(server.description().fingerprint, description.fingerprint);
  EXPECT_THAT(server.warnings(), ElementsAre());
}

TEST_F(TlsServerTest, MakesOneForAnyHostName) {
  for (const std::string& name :
       {std::string{}, std::string{"[192.0.2.1]"}, std::string(200, 'a'), std::string{"a\0b", 3}}) {
    EXPECT_THAT(TlsServer(TlsOptions{}, name).description().names, testing::Contains("localhost"));
  }
}

TEST_F(TlsServerTest, ChoosesByName) {
  TlsOptions options;
  CertificateFacts plain = host("");
  plain.common_name = "Old.example.com";
  plain.domains = {};
  options.certificates = {files(host("mx.example.org"), "a"), files(host("*.example.org"), "b"),
                          files(host("imap.example.org"), "c"), files(plain, "d")};
  TlsServer server{options, "mx.example.org"};
  EXPECT_THAT(server.description().names, ElementsAre("mx.example.org"));
  EXPECT_FALSE(server.description().is_self_made);
  const std::string a = certificate_for(server, "mx.example.org");
  const std::string b = certificate_for(server, "other.example.org");
  const std::string c = certificate_for(server, "imap.example.org");
  const std::string d = certificate_for(server, "old.example.com");
  EXPECT_NE(a, b);
  EXPECT_NE(a, c);
  EXPECT_NE(b, c);
  EXPECT_NE(a, d);
  EXPECT_EQ(certificate_for(server, "IMAP.Example.ORG"), c);
  EXPECT_EQ(asked_for_, "imap.example.org");
  EXPECT_EQ(certificate_for(server, "imap.example.org."), c);
  EXPECT_EQ(certificate_for(server, "x.other.example.org"), a) << "a wildcard is one label";
  EXPECT_EQ(certificate_for(server, "example.org"), a);
  EXPECT_EQ(certificate_for(server, ".example.org"), a);
  EXPECT_EQ(certificate_for(server, "*.example.org"), a);
  EXPECT_EQ(certificate_for(server, "example.net"), a);
  EXPECT_EQ(certificate_for(server, "192.0.2.1"), a) << "nothing is asked for";
  EXPECT_EQ(asked_for_, "");
}

TEST_F(TlsServerTest, TakesOddNamesForNone) {
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a")};
  TlsServer server{options, "mx.example.org"};
  const std::string first = certificate_for(server, "");
  const std::vector<std::string> names{
      "a b",       "\r\n",     "\\\"'",       "../../etc",
      "m\xC3\xBC", "\x7F\x01", "a;b,c<d>{e}", std::string(255, 'a')};
  for (const std::string& name : names) {
    EXPECT_EQ(certificate_for(server, name), first) << name;
    EXPECT_EQ(asked_for_, name.size() == 255 ? name : "");
  }
}

TEST_F(TlsServerTest, NulInANameMatchesNothing) {
  CertificateFacts facts = host("fine.example.org");
  facts.domains.emplace_back("mx.example.org\0.evil.example", 28);
  TlsOptions options;
  options.certificates = {files(facts, "a")};
  const TlsServer server{options, "mx.example.org"};
  EXPECT_THAT(server.description().names, ElementsAre("fine.example.org"));
}

TEST_F(TlsServerTest, ClientThatChecksNamesIsContent) {
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a")};
  TlsServer server{options, "mx.example.org"};
  EXPECT_EQ(connects(server, "mx.example.org"), "yes");
  EXPECT_EQ(connects(server, "mx.example.net"), "hostname mismatch");
  EXPECT_EQ(connects(server, ""), "hostname mismatch");
  TlsServer self_made{TlsOptions{}, "mx.example.org"};
  EXPECT_EQ(connects(self_made, "mx.example.org"), "self-signed certificate");
}

TEST_F(TlsServerTest, HasRsaAndEcdsaForOneName) {
  CertificateFacts rsa = host("mx.example.org");
  rsa.key = CertificateFacts::Key::rsa2048;
  rsa.hash = EVP_sha512();
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a"), files(rsa, "b")};
  TlsServer server{options, "mx.example.org"};
  const auto cipher_for = [&](const std::string& ciphers) {
    TlsClientOptions client_options = trusting();
    client_options.max_version = TlsVersion::tls1_2;
    client_options.ciphers = ciphers;
    TlsClient client{client_options};
    StreamPair pair;
    const StreamPair::Outcome outcome = pair.shake_hands(server, client);
    if (!outcome.client) return outcome.client.error().message();
    EXPECT_EQ(pair.server().channel_bindings().server_end_point,
              pair.client().channel_bindings().server_end_point);
    return pair.server().tls()->cipher + " " +
           std::to_string(pair.client().channel_bindings().server_end_point->size());
  };
  EXPECT_EQ(cipher_for("ECDHE-RSA-AES256-GCM-SHA384"), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 64");
  EXPECT_EQ(cipher_for("ECDHE-ECDSA-AES256-GCM-SHA384"),
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 32");
  EXPECT_EQ(cipher_for("AES256-GCM-SHA384"), "sslv3 alert handshake failure");
  EXPECT_EQ(cipher_for("ECDHE-RSA-AES256-SHA384"), "sslv3 alert handshake failure");
}

// ---- files that are not what they should be

TEST_F(TlsServerTest, NamesTheFileThatIsBroken) {
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a")};
  const CertificateFiles good = options.certificates.front();
  const CertificateFiles other = files(host("mx.example.org"), "b");
  CertificateFiles& used = options.certificates.front();

  used.key = other.key;
  EXPECT_THAT(why_not(options), HasSubstr("b.key: is not the key of " + good.certificate));
  used = {good.certificate, folder_ / "none.key"};
  EXPECT_THAT(why_not(options), HasSubstr("none.key: cannot be read: No such file or directory"));
  used = {good.key, good.key};
  EXPECT_THAT(why_not(options), HasSubstr("a.key: no start line"));
  used = {good.certificate, good.certificate};
  EXPECT_THAT(why_not(options), HasSubstr("It has to hold the certificate's private key"));
  used = {folder_.path().string(), good.key};
  EXPECT_THAT(why_not(options), HasSubstr("cannot be read: Is a directory"));
  support::replace_file(good.certificate, support::contents(good.certificate) +
                                              "-----BEGIN CERTIFICATE-----\nAAAA\n");
  used = good;
  EXPECT_THAT(why_not(options), HasSubstr("A certificate of the chain is broken"));
}

TEST_F(TlsServerTest, RefusesAKeyWithAPassphrase) {
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a")};
  const std::string& key = options.certificates.front().key;
  support::replace_file(key, support::with_passphrase(support::contents(key), "sesame"));
  EXPECT_THAT(why_not(options), HasSubstr("a.key: the key has a passphrase"));
}

TEST_F(TlsServerTest, RefusesToRequireWhatNobodySigns) {
  TlsOptions options;
  options.client_certificates = ClientCertificates::require;
  EXPECT_THAT(why_not(options), HasSubstr("no authorities"));
  options.client_authorities = folder_ / "none.pem";
  EXPECT_THAT(why_not(options), HasSubstr("none.pem: cannot be used"));
}

TEST_F(TlsServerTest, WarnsOfCertificatesThatHaveExpired) {
  CertificateFacts facts = host("mx.example.org");
  facts.days_from_now = -20;
  facts.days_to_live = -10;
  TlsOptions options;
  options.certificates = {files(facts, "a")};
  TlsServer server{options, "mx.example.org"};
  EXPECT_THAT(server.warnings(), ElementsAre(HasSubstr("a.crt: the certificate has expired")));
  EXPECT_EQ(connects(server, "mx.example.org"), "certificate has expired");
}

// ---- files that change

TEST_F(TlsServerTest, TakesNewFilesAndKeepsOldOnesForBrokenOnes) {
  TlsOptions options;
  const CertificateFiles used = files(host("mx.example.org"), "a");
  options.certificates = {used};
  TlsServer server{options, "mx.example.org"};
  const std::string first = certificate_for(server, "mx.example.org");
  EXPECT_FALSE(server.reload_if_changed().has_changed);

  const TestCertificate next = authority_.issue(host("mx.example.org"));
  support::replace_file(used.certificate, next.certificate);
  TlsServer::Reload reload = server.reload_if_changed();
  EXPECT_FALSE(reload.has_changed);
  ASSERT_TRUE(reload.problem);
  EXPECT_THAT(*reload.problem, HasSubstr("a.key: is not the key of"));
  EXPECT_FALSE(server.reload_if_changed().problem) << "it is told once";
  EXPECT_EQ(certificate_for(server, "mx.example.org"), first);

  support::replace_file(used.key, next.key);
  reload = server.reload_if_changed();
  EXPECT_TRUE(reload.has_changed);
  EXPECT_FALSE(reload.problem);
  const std::string second = certificate_for(server, "mx.example.org");
  EXPECT_NE(second, first);

  std::filesystem::remove(used.key);
  reload = server.reload_if_changed();
  ASSERT_TRUE(reload.problem);
  EXPECT_THAT(*reload.problem, HasSubstr("a.key: cannot be read"));
  EXPECT_FALSE(server.reload_if_changed().problem);
  EXPECT_TRUE(server.reload().problem) << "who asks again is told again";
  EXPECT_EQ(certificate_for(server, "mx.example.org"), second);

  support::replace_file(used.key, next.key);
  EXPECT_TRUE(server.reload_if_changed().has_changed) << "back again";
  EXPECT_EQ(certificate_for(server, "mx.example.org"), second);
}

/// Changes who may read the file, and nothing else of it.
void change_mode(const std::string& file) {
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  do {  // the clock of file systems is coarse
    ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
    ASSERT_EQ(::stat(file.c_str(), &after), 0);
  } while (before.st_ctim.tv_sec == after.st_ctim.tv_sec &&
           before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
}

TEST_F(TlsServerTest, LooksAgainAtAKeyThatBecomesReadable) {
  TlsOptions options;
  options.certificates = {files(host("mx.example.org"), "a")};
  TlsServer server{options, "mx.example.org"};
  EXPECT_FALSE(server.reload_if_changed().has_changed);
  change_mode(options.certificates.front().key);
  EXPECT_TRUE(server.reload_if_changed().has_changed);
  EXPECT_FALSE(server.reload_if_changed().has_changed);
}

/// No file can be opened while it lives.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{3, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(TlsServerTest, TriesAgainAfterAMinuteWithoutAChangeOfTheFiles) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "UBSan opens a pipe to look at an object, and aborts where it cannot";
#endif
  std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
  TlsOptions options;
  const CertificateFiles used = files(host("mx.example.org"), "a");
  options.certificates = {used};
  TlsServer server{options, "mx.example.org", [&now] { return now; }};
  change_mode(used.key);
  {
    const NoMoreFiles full;
    const TlsServer::Reload reload = server.reload_if_changed();
    ASSERT_TRUE(reload.problem);
    EXPECT_THAT(*reload.problem, HasSubstr("Too many open files"));
    now += std::chrono::seconds{60};
    EXPECT_FALSE(server.reload_if_changed().problem) << "the same is told once";
  }
  now += std::chrono::seconds{59};
  EXPECT_FALSE(server.reload_if_changed().has_changed);
  now += std::chrono::seconds{1};
  EXPECT_TRUE(server.reload_if_changed().has_changed);
  now += std::chrono::seconds{60};
  EXPECT_FALSE(server.reload_if_changed().has_changed);
}

TEST_F(TlsServerTest, HandshakeUnderWayKeepsItsCertificate) {
  TlsOptions options;
  const CertificateFiles used = files(host("mx.example.org"), "a");
  options.certificates = {used};
  TlsServer server{options, "mx.example.org"};
  StreamPair pair;
  TlsClient client{trusting()};
  std::optional<Result<void>> accepted;
  pair.start(pair.server().accept_tls(server), accepted);
  pair.run();
  ASSERT_FALSE(accepted);
  static_cast<void>(files(host("mx.example.net"), "a"));
  ASSERT_TRUE(server.reload_if_changed().has_changed);
  std::optional<Result<void>> connected;
  pair.start(pair.client().connect_tls(client, "mx.example.org"), connected);
  pair.run();
  ASSERT_TRUE(accepted && connected);
  EXPECT_TRUE(*accepted);
  EXPECT_TRUE(*connected);
}

}  // namespace
}  // namespace quoth::net
