// Handshakes: what is agreed on, what is refused, and how they end.

#include <string>

#include <gtest/gtest.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using support::StreamPair;

class TlsHandshake : public testing::Test {
 protected:
  static TlsClientOptions any_server() {
    TlsClientOptions options;
    options.is_verified = false;
    return options;
  }
  static TlsClientOptions just(TlsVersion version) {
    TlsClientOptions options = any_server();
    options.min_version = version;
    options.max_version = version;
    return options;
  }

  TlsServer server_{TlsOptions{}, "mx.example.org"};
  StreamPair pair_;
};

TEST_F(TlsHandshake, AgreesOnTls13) {
  TlsClient client{any_server()};
  const StreamPair::Outcome outcome = pair_.shake_hands(server_, client);
  ASSERT_TRUE(outcome.server) << outcome.server.error().message();
  ASSERT_TRUE(outcome.client) << outcome.client.error().message();
  const TlsFacts* const facts = pair_.server().tls();
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->version, "TLSv1.3");
  EXPECT_EQ(facts->cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(facts->cipher_bits, 256);
  EXPECT_EQ(facts->server_name, "mx.example.org");
  EXPECT_FALSE(facts->is_resumed);
  EXPECT_FALSE(facts->client);
  EXPECT_EQ(pair_.send(pair_.client(), pair_.server(), "EHLO me\r\n"), "EHLO me\r\n");
  EXPECT_EQ(pair_.send(pair_.server(), pair_.client(), "250 hello\r\n"), "250 hello\r\n");
}

TEST_F(TlsHandshake, AgreesOnTls12) {
  TlsClient client{just(TlsVersion::tls1_2)};
  const StreamPair::Outcome outcome = pair_.shake_hands(server_, client);
  ASSERT_TRUE(outcome.server) << outcome.server.error().message();
  ASSERT_TRUE(outcome.client) << outcome.client.error().message();
  EXPECT_EQ(pair_.server().tls()->version, "TLSv1.2");
  EXPECT_EQ(pair_.server().tls()->cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(pair_.send(pair_.client(), pair_.server(), "EHLO me\r\n"), "EHLO me\r\n");
}

TEST_F(TlsHandshake, RefusesOlderVersions) {
  TlsClient client{just(TlsVersion::tls1_1)};
  const StreamPair::Outcome outcome = pair_.shake_hands(server_, client);
  ASSERT_FALSE(outcome.server);
  ASSERT_FALSE(outcome.client);
  EXPECT_EQ(outcome.server.error().message(), "unsupported protocol");
  EXPECT_EQ(outcome.client.error().message(), "tlsv1 alert protocol version");
  EXPECT_EQ(pair_.server().tls(), nullptr);
}

}  // namespace
}  // namespace quoth::net
