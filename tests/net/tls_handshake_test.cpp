// Handshakes: what is agreed on, what is refused, and how they end.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "net/tls_client.hpp"
#include "net/tls_openssl.hpp"
#include "net/tls_server.hpp"
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

TEST_F(TlsHandshake, TakesTheSmallestSteps) {
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    StreamPair dripping{support::Way::dripping};
    TlsClient client{just(version)};
    const StreamPair::Outcome outcome = dripping.shake_hands(server_, client);
    EXPECT_TRUE(outcome.server && outcome.client);
  }
}

class TlsBadHandshake : public TlsHandshake {
 protected:
  TlsBadHandshake() { pair_.start(pair_.server().accept_tls(server_), done_); }
  /// @returns how the handshake ends after the client has sent `octets`.
  std::string after(std::string_view octets) {
    const ssize_t sent = ::send(pair_.client_fd(), octets.data(), octets.size(), MSG_NOSIGNAL);
    EXPECT_TRUE(octets.empty() || sent == static_cast<ssize_t>(octets.size()));
    pair_.run();
    if (!done_) return "waits";
    return *done_ ? "done" : done_->error().message();
  }

  std::optional<Result<void>> done_;
};

TEST_F(TlsBadHandshake, ThatSpeaksSmtp) {
  EXPECT_EQ(after("EHLO client.example.org\r\n"), "wrong version number");
  EXPECT_EQ(pair_.server().tls(), nullptr);
  EXPECT_FALSE(pair_.server().channel_bindings().exporter);
}

TEST_F(TlsBadHandshake, ThatSpeaksHttp) { EXPECT_EQ(after("GET / HTTP/1.1\r\n"), "http request"); }

TEST_F(TlsBadHandshake, WithARecordTooLong) {
  EXPECT_EQ(after(std::string_view{"\x16\x03\x01\xff\xff\x01\x00\x00\x00", 9}),
            "packet length too long");
}

TEST_F(TlsBadHandshake, ThatStopsInTheMiddle) {
  const std::string_view begin{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
  EXPECT_EQ(after(begin), "waits");
  ::shutdown(pair_.client_fd(), SHUT_WR);
  EXPECT_EQ(after(""), make_error_code(boost::asio::error::eof).message());
  pair_.server().close();
}

TEST_F(TlsBadHandshake, ThatIsCancelled) {
  EXPECT_EQ(after("\x16\x03\x01"), "waits");
  pair_.server().cancel();
  EXPECT_EQ(after(""), make_error_code(boost::asio::error::operation_aborted).message());
  pair_.server().close();
}

TEST_F(TlsBadHandshake, ThatIsCancelledJustWhenMoreHasCome) {
  EXPECT_EQ(after("\x16\x03\x01"), "waits");
  // Another one waits for the same socket: it cancels when the readiness of both is known, and that
  // of the handshake is on its way to the coroutine.
  Socket other{pair_.io().get_executor()};
  other.assign(boost::asio::generic::stream_protocol{AF_UNIX, 0}, ::dup(pair_.server_fd()));
  other.async_wait(Socket::wait_read, [this](const error_code&) { pair_.server().cancel(); });
  EXPECT_EQ(after("\x02"), make_error_code(boost::asio::error::operation_aborted).message());
}

TEST_F(TlsHandshake, HasSoManyPlaces) {
  TlsOptions options;
  options.handshakes = 2;
  TlsServer server{options, "mx.example.org"};
  HandshakePlace first{server};
  {
    const HandshakePlace second{server};
    const HandshakePlace third{server};
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(third);
  }
  const HandshakePlace fourth{server};
  EXPECT_TRUE(fourth);
  first.leave();
  first.leave();
  const HandshakePlace fifth{server};
  const HandshakePlace sixth{server};
  EXPECT_TRUE(fifth);
  EXPECT_FALSE(sixth);
}

/// Drives OpenSSL's own client, for what ours does not do.
class TlsRawClient : public TlsHandshake {
 protected:
  TlsRawClient() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
    ssl_.reset(SSL_new(context_.get()));
    ::fcntl(pair_.client_fd(), F_SETFL, O_NONBLOCK);
    SSL_set_fd(ssl_.get(), pair_.client_fd());
    SSL_set_connect_state(ssl_.get());
  }
  ~TlsRawClient() override { ERR_clear_error(); }

  /// @returns whether the handshake that OpenSSL wants to make ends well.
  bool shake() {
    for (int rounds = 0; rounds < 10; ++rounds) {
      ERR_clear_error();
      const int done = SSL_do_handshake(ssl_.get());
      if (done == 1) return true;
      if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) return false;
      pair_.run();
    }
    return false;
  }

  SslContextPtr context_;
  SslPtr ssl_;
};

TEST_F(TlsRawClient, GetsNoRenegotiation) {
  std::optional<Result<void>> accepted;
  pair_.start(pair_.server().accept_tls(server_), accepted);
  ASSERT_TRUE(shake());
  pair_.run();
  ASSERT_TRUE(accepted && *accepted);
  std::string room(100, '\0');
  std::optional<Result<std::size_t>> read;
  pair_.start(pair_.server().read_some(std::span<char>{room}), read);
  ASSERT_EQ(SSL_renegotiate(ssl_.get()), 1);
  EXPECT_FALSE(shake());
  EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
  pair_.server().cancel();
  pair_.run();
}

}  // namespace
}  // namespace quoth::net
