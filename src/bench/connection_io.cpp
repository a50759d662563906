// Octets to and from the socket, in the clear or over TLS.
#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <quoth/result.hpp>
#include <quoth/tls.hpp>

#include "bench/connection.hpp"
#include "bench/loop.hpp"
#include "net/tls_client.hpp"
#include "net/tls_session.hpp"

namespace quoth::bench {
namespace {

/// Whether octets, or the end, are there to be read.
bool has_input(int fd) noexcept {
  char octet = 0;
  return ::recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

/// OpenSSL waits for input behind each record without text, such as a ticket, even if more is
/// there; the kernel tells only once.
bool goes_on(const net::TlsStep& step, int fd) noexcept {
  return !step.error && step.wait == net::TlsStep::Wait::input && has_input(fd);
}

}  // namespace

void Connection::start_tls() {
  Result<std::unique_ptr<net::TlsSession>> session =
      net::TlsSession::connect(tls_client_->state(), fd_, around_.options.server_name);
  if (!session) {
    fail("TLS", fmt::format("({})", session.error().message()));
    return;
  }
  tls_ = *std::move(session);
  state_ = State::handshake;
  shake_hands();
}

void Connection::shake_hands() {
  net::TlsStep step = tls_->handshake();
  while (goes_on(step, fd_)) step = tls_->handshake();
  if (step.error) {
    fail("TLS", fmt::format("({})", step.error.message()));
    return;
  }
  if (step.wait != net::TlsStep::Wait::nothing) return;
  const std::optional<TlsFacts>& facts = tls_->facts();
  owner_.on_secured(*this, facts && facts->is_resumed);
  touched_ = around_.loop.now();
  // Behind STARTTLS it is the step after it, else the first one.
  if (step_ != nullptr) ++step_index_;
  start(around_.script.opening[step_index_]);
}

void Connection::flush() {
  while (written_ < step_->octets.size()) {
    const std::string_view rest = std::string_view{step_->octets}.substr(written_);
    if (tls_) {
      const net::TlsStep done = tls_->write(rest);
      written_ += done.octets;
      if (done.error) {
        on_end(done.error.message());
        return;
      }
      if (done.wait != net::TlsStep::Wait::nothing) break;
    } else {
      const ssize_t count = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
      // What it said before it went is there to be read.
      if (count < 0) break;
      written_ += static_cast<std::size_t>(count);
    }
    touched_ = around_.loop.now();
  }
}

std::size_t Connection::receive() {
  const std::span<char> buffer = around_.loop.buffer();
  if (tls_) {
    net::TlsStep step = tls_->read(buffer);
    while (goes_on(step, fd_)) step = tls_->read(buffer);
    if (step.error) on_end(step.error.message());
    return step.error ? 0 : step.octets;
  }
  const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (count > 0) return static_cast<std::size_t>(count);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (has_ended_) on_end("connection closed");
    return 0;
  }
  on_end(count == 0 ? "connection closed" : std::generic_category().message(errno));
  return 0;
}

void Connection::read() {
  while (state_ == State::talking || state_ == State::ready) {
    const std::span<char> buffer = around_.loop.buffer();
    const std::size_t count = receive();
    if (count == 0) return;
    touched_ = around_.loop.now();
    take_replies({buffer.data(), count});
    // A short read has emptied the socket; the kernel tells when there is more.
    if (!tls_ && count < buffer.size() && !has_ended_) return;
  }
}

}  // namespace quoth::bench
