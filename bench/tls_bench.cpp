// What TLS costs a server: the time of its side of a handshake, and of octets both ways.

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "net/tls_client.hpp"
#include "net/tls_client_state.hpp"
#include "net/tls_server.hpp"
#include "net/tls_session.hpp"
#include "support/certificates.hpp"

namespace quoth::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Key = support::CertificateFacts::Key;

/// Both ends, driven by turns. What the server does is timed.
class Pair {
 public:
  Pair(net::TlsServer& server, net::TlsClient& client) {
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fds_.data()) != 0) throw std::runtime_error{"pair"};
    client_ = *net::TlsSession::connect(client.state(), fds_[1], "mx.example.org");
    const SteadyClock::time_point begin = SteadyClock::now();
    server_ = *net::TlsSession::accept(server.contexts(), fds_[0]);
    spent_ += SteadyClock::now() - begin;
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    for (const int fd : fds_) ::close(fd);
  }

  void shake_hands() {
    while (!server_->facts() || !client_->facts()) {
      if (!client_->facts()) check(client_->handshake());
      if (server_->facts()) continue;
      const SteadyClock::time_point begin = SteadyClock::now();
      check(server_->handshake());
      spent_ += SteadyClock::now() - begin;
    }
  }
  /// The ticket of TLS 1.3 comes in front of it.
  void greet() {
    check(server_->write("220 hello\r\n"));
    std::array<char, 100> room{};
    while (client_->read(room).octets == 0) {
    }
  }
  void send(std::string_view octets, std::span<char> room) {
    check(client_->write(octets));
    const SteadyClock::time_point begin = SteadyClock::now();
    std::size_t got = 0;
    while (got < octets.size()) got += server_->read(room).octets;
    spent_ += SteadyClock::now() - begin;
  }
  [[nodiscard]] double seconds() {
    return std::chrono::duration<double>{std::exchange(spent_, {})}.count();
  }
  [[nodiscard]] bool is_resumed() const { return server_->facts()->is_resumed; }

 private:
  static void check(const net::TlsStep& step) {
    if (step.error) throw std::runtime_error{step.error.message()};
  }

  std::array<int, 2> fds_{-1, -1};
  std::unique_ptr<net::TlsSession> server_;
  std::unique_ptr<net::TlsSession> client_;
  SteadyClock::duration spent_{};
};

net::TlsServer make_server(Key kind) {
  std::string folder = (std::filesystem::temp_directory_path() / "quoth-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error{"cannot make " + folder};
  support::CertificateFacts facts;
  facts.domains = {"mx.example.org"};
  facts.key = kind;
  TlsOptions options;
  options.certificates = {support::write(support::TestAuthority{}.issue(facts), folder + "/a")};
  struct Removal {
    const std::string& folder;
    ~Removal() { std::filesystem::remove_all(folder); }
  } const removal{folder};
  return {options, "mx.example.org"};
}

net::TlsClientOptions any_server(bool is_resuming, net::TlsVersion version) {
  net::TlsClientOptions options;
  options.is_verified = false;
  options.is_resuming = is_resuming;
  options.max_version = version;
  return options;
}

void handshake(benchmark::State& state, Key kind, net::TlsVersion version, bool is_resuming) {
  net::TlsServer server = make_server(kind);
  net::TlsClient client{any_server(is_resuming, version)};
  if (is_resuming) {
    Pair first{server, client};
    first.shake_hands();
    first.greet();
  }
  for (auto _ : state) {
    Pair pair{server, client};
    pair.shake_hands();
    state.SetIterationTime(pair.seconds());
    if (is_resuming) pair.greet();
    if (pair.is_resumed() != is_resuming) state.SkipWithError("not what was to be measured");
  }
}
constexpr net::TlsVersion tls1_2 = net::TlsVersion::tls1_2;
constexpr net::TlsVersion tls1_3 = net::TlsVersion::tls1_3;
BENCHMARK_CAPTURE(handshake, ecdsa_tls12_full, Key::p256, tls1_2, false)->UseManualTime();
BENCHMARK_CAPTURE(handshake, ecdsa_tls12_resumed, Key::p256, tls1_2, true)->UseManualTime();
BENCHMARK_CAPTURE(handshake, ecdsa_tls13_full, Key::p256, tls1_3, false)->UseManualTime();
BENCHMARK_CAPTURE(handshake, ecdsa_tls13_resumed, Key::p256, tls1_3, true)->UseManualTime();
BENCHMARK_CAPTURE(handshake, rsa_tls12_full, Key::rsa2048, tls1_2, false)->UseManualTime();
BENCHMARK_CAPTURE(handshake, rsa_tls12_resumed, Key::rsa2048, tls1_2, true)->UseManualTime();
BENCHMARK_CAPTURE(handshake, rsa_tls13_full, Key::rsa2048, tls1_3, false)->UseManualTime();
BENCHMARK_CAPTURE(handshake, rsa_tls13_resumed, Key::rsa2048, tls1_3, true)->UseManualTime();

/// A message's text as it comes in, record by record.
void receive(benchmark::State& state) {
  net::TlsServer server = make_server(Key::p256);
  net::TlsClient client{any_server(false, net::TlsVersion::tls1_3)};
  Pair pair{server, client};
  pair.shake_hands();
  pair.greet();
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  std::string room(65536, '\0');
  static_cast<void>(pair.seconds());
  for (auto _ : state) {
    pair.send(text, room);
    state.SetIterationTime(pair.seconds());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(receive)->Arg(100)->Arg(4096)->Arg(16384)->Arg(65536)->UseManualTime();

}  // namespace
}  // namespace quoth::bench
