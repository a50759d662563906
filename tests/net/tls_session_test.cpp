// One end of a TLS connection without anything that waits: what a single call does, and what not.

#include "net/tls_session.hpp"

#include <array>
#include <cstddef>
#include <memory>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"

namespace quoth::net {
namespace {

using Wait = TlsStep::Wait;

class TlsSessionTest : public testing::Test {
 protected:
  TlsSessionTest() {
    connect_ends();
    server_ = *TlsSession::accept(tls_server_.contexts(), ends_[0]);
    client_ = *TlsSession::connect(tls_client_.state(), ends_[1], "mx.example.org");
    for (int turn = 0; turn < 10 && !(client_->facts() && server_->facts()); ++turn) {
      for (TlsSession* const end : {client_.get(), server_.get()}) {
        if (end->facts()) continue;
        const TlsStep step = end->handshake();
        EXPECT_FALSE(step.error) << step.error.message();
      }
    }
  }
  TlsSessionTest(const TlsSessionTest&) = delete;
  TlsSessionTest& operator=(const TlsSessionTest&) = delete;
  ~TlsSessionTest() override {
    server_.reset();
    client_.reset();
    for (const int end : ends_) ::close(end);
  }

  /// By TCP, which takes many small records.
  void connect_ends() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener, generic, size), 0);
    EXPECT_EQ(::listen(listener, 1), 0);
    EXPECT_EQ(::getsockname(listener, generic, &size), 0);
    ends_[1] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::connect(ends_[1], generic, size), 0);
    ends_[0] = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    EXPECT_EQ(::fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
    const int on = 1;
    EXPECT_EQ(::setsockopt(ends_[1], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    ::close(listener);
  }

  static TlsClientOptions any_server() {
    TlsClientOptions options;
    options.is_verified = false;
    return options;
  }

  /// What the kernel has not delivered yet comes soon, and is told.
  void wait_for_input() {
    pollfd input{.fd = ends_[0], .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&input, 1, 10'000), 1) << "what is there was read, and was lost";
  }

  /// A record without text.
  void send_key_update() {
    ASSERT_EQ(SSL_key_update(client_->ssl(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    ASSERT_EQ(SSL_do_handshake(client_->ssl()), 1);
  }

  std::array<int, 2> ends_{-1, -1};
  TlsServer tls_server_{TlsOptions{}, "mx.example.org"};
  TlsClient tls_client_{any_server()};
  std::unique_ptr<TlsSession> server_;
  std::unique_ptr<TlsSession> client_;
};

/// A call that says "wait" may not have asked the kernel; the next one does, as after a wait.
TEST_F(TlsSessionTest, ReadsWhatIsThereAfterTheWait) {
  std::array<char, 64> buffer{};
  EXPECT_EQ(server_->read(buffer).wait, Wait::input);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(client_->write("NOOP\r\n").octets, 6U);
    EXPECT_EQ(server_->peek().octets, 1U) << i;
    EXPECT_EQ(server_->read(buffer).octets, 6U) << i;
    EXPECT_EQ(server_->read(buffer).wait, Wait::input) << i;
  }
}

/// Records that came with the first one are in memory, and are not forgotten.
TEST_F(TlsSessionTest, ReadsRecordsThatCameTogetherOneByOne) {
  std::array<char, 64> buffer{};
  EXPECT_EQ(server_->read(buffer).wait, Wait::input);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(client_->write("NOOP\r\n").octets, 6U);
  std::size_t octets = 0;
  while (octets < 120) {
    const TlsStep step = server_->read(buffer);
    ASSERT_FALSE(step.error) << step.error.message();
    octets += step.octets;
    if (step.wait == Wait::input) wait_for_input();
    if (HasFailure()) return;
  }
  EXPECT_EQ(octets, 120U);
}

/// RFC 8446 §4.6.3: a client may change its keys at any time. One that does nothing else does not
/// keep a call from its end, and what follows is not lost.
TEST_F(TlsSessionTest, RecordsWithoutTextDoNotHoldACall) {
  constexpr int updates = 3000;
  EXPECT_EQ(client_->peek().wait, Wait::input);  // takes the ticket: half a handshake otherwise
  for (int i = 0; i < updates; ++i) send_key_update();
  ASSERT_EQ(client_->write("Q").octets, 1U);
  int calls = 1;
  TlsStep step = server_->peek();
  for (; step.wait == Wait::input && !HasFailure(); ++calls) {
    wait_for_input();
    step = server_->peek();
  }
  ASSERT_FALSE(step.error) << step.error.message();
  EXPECT_EQ(step.octets, 1U);
  EXPECT_GT(calls, 1) << "one call has read all of them";
}

}  // namespace
}  // namespace quoth::net
