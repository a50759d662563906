#include "bench/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/loop.hpp"
#include "net/tls_client.hpp"

namespace quoth::bench {
namespace {

/// How long a server may take to close behind its 221; then we do.
constexpr std::chrono::seconds end_limit{1};

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

void Connection::open() {
  const Address& address = around_.options.address;
  state_ = State::connecting;
  stage_ = Stage::opening;
  step_index_ = 0;
  step_ = nullptr;
  messages_ = 0;
  has_ended_ = false;
  has_failed_ = false;
  has_timed_out_ = false;
  reader_.clear();
  touched_ = around_.loop.now();
  fd_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return fail_system("connect", errno);
  if (address.is_internet()) {
    const int on = 1;
    static_cast<void>(::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  }
  if (::connect(fd_, address.data(), address.size) != 0 && errno != EINPROGRESS) {
    return fail_system("connect", errno);
  }
  if (!around_.loop.add(fd_, *this)) return fail_system("connect", errno);
}

void Connection::begin_message() {
  stage_ = Stage::message;
  step_index_ = 0;
  start(around_.script.message.front());
}

void Connection::quit() {
  stage_ = Stage::quitting;
  start(around_.script.quit);
}

void Connection::drop() noexcept {
  if (fd_ < 0) return;
  if (tls_) tls_->close();
  tls_.reset();
  ::close(fd_);
  fd_ = -1;
  state_ = State::closed;
}

void Connection::close() {
  drop();
  state_ = State::closed;
  owner_.on_closed(*this);
}

void Connection::on_events(std::uint32_t events) {
  if (state_ == State::closed) return;
  if (state_ == State::connecting) on_connecting(events);
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) has_ended_ = true;
  if (state_ == State::handshake) shake_hands();
  if (state_ == State::talking) flush();
  const bool is_open = state_ == State::talking || state_ == State::ready;
  const bool has_input = (events & EPOLLIN) != 0 || has_ended_ || tls_;
  if (is_open && has_input) read();
  if (state_ == State::ending && has_ended_) close();
}

void Connection::on_connecting(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    int error = 0;
    socklen_t size = sizeof error;
    static_cast<void>(::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size));
    if (error != 0) return fail_system("connect", error);
  }
  owner_.on_connected(*this);
  touched_ = around_.loop.now();
  if (around_.options.scenario.tls == Tls::implicit) return start_tls();
  start(around_.script.opening.front());
}

void Connection::start_tls() {
  Result<std::unique_ptr<net::TlsSession>> session =
      net::TlsSession::connect(tls_client_->state(), fd_, around_.options.server_name);
  if (!session) return fail("TLS", fmt::format("({})", session.error().message()));
  tls_ = *std::move(session);
  state_ = State::handshake;
  shake_hands();
}

void Connection::shake_hands() {
  net::TlsStep step = tls_->handshake();
  while (goes_on(step, fd_)) step = tls_->handshake();
  if (step.error) return fail("TLS", fmt::format("({})", step.error.message()));
  if (step.wait != net::TlsStep::Wait::nothing) return;
  owner_.on_secured(*this, tls_->facts()->is_resumed);
  touched_ = around_.loop.now();
  // Behind STARTTLS it is the step after it, else the first one.
  if (step_ != nullptr) ++step_index_;
  start(around_.script.opening[step_index_]);
}

void Connection::start(const Step& step) {
  step_ = &step;
  written_ = 0;
  replied_ = 0;
  state_ = State::talking;
  touched_ = around_.loop.now();
  flush();
}

void Connection::flush() {
  while (written_ < step_->octets.size()) {
    const std::string_view rest = std::string_view{step_->octets}.substr(written_);
    if (tls_) {
      const net::TlsStep done = tls_->write(rest);
      written_ += done.octets;
      if (done.error) return on_end(done.error.message());
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

void Connection::take_replies(std::string_view input) {
  while (!input.empty()) {
    const std::optional<Reply> reply = reader_.next(input);
    if (!reply || !take(*reply)) return;
    if (replied_ < step_->replies.size()) continue;
    if (!input.empty()) {
      return fail("nothing", input);  // a reply to what has not been said
    }
    if (written_ < step_->octets.size()) return fail(awaited(), "(a reply before the end)");
    finish_step();
  }
}

bool Connection::take(const Reply& reply) {
  if (state_ != State::talking || replied_ == step_->replies.size()) {
    fail("nothing", reply.octets);
    return false;
  }
  const Expected& expected = step_->replies[replied_];
  if (reply.defect != Defect::none) {
    fail(expected.command, fmt::format("({}) {}", describe(reply.defect), reply.octets));
    return false;
  }
  if (!expected.fits(reply.code)) {
    const bool is_polite = may_quit(reply);
    if (!has_failed_) owner_.on_failed(*this, expected.command, reply.octets);
    has_failed_ = true;
    is_polite ? quit() : close();
    return false;
  }
  if (hello_ != nullptr && expected.command.ends_with("HLO")) *hello_ = reply.octets;
  ++replied_;
  return true;
}

/// Whether the server waits for a command, so that QUIT would be one.
bool Connection::may_quit(const Reply& reply) const noexcept {
  return stage_ != Stage::quitting && reply.code != 421 && reply.code / 100 != 3 &&
         written_ == step_->octets.size() && replied_ + 1 == step_->replies.size();
}

void Connection::finish_step() {
  if (step_->after == Step::After::start_tls) return start_tls();
  ++step_index_;
  if (stage_ == Stage::quitting || step_index_ == steps().size()) return finish_script();
  start(steps()[step_index_]);
}

void Connection::finish_script() {
  if (stage_ == Stage::quitting) {
    state_ = State::ending;
    return;
  }
  const bool is_sent = stage_ == Stage::message;
  if (is_sent) ++messages_;
  state_ = State::ready;
  owner_.on_ready(*this, is_sent);
}

const std::vector<Step>& Connection::steps() const noexcept {
  return stage_ == Stage::opening ? around_.script.opening : around_.script.message;
}

std::string_view Connection::awaited() const noexcept {
  switch (state_) {
    case State::connecting: return "connect";
    case State::handshake: return "TLS";
    case State::talking:
      if (replied_ < step_->replies.size()) return step_->replies[replied_].command;
      return step_->replies.back().command;
    default: return "nothing";
  }
}

void Connection::on_end(std::string_view how) {
  has_ended_ = true;
  if (state_ == State::ending || has_failed_) return close();
  fail(awaited(), fmt::format("({})", how));
}

void Connection::fail_system(std::string_view command, int error) {
  fail(command, fmt::format("({})", std::generic_category().message(error)));
}

void Connection::fail(std::string_view command, std::string_view reply) {
  if (!has_failed_) owner_.on_failed(*this, command, reply);
  has_failed_ = true;
  close();
}

void Connection::check_time(Clock::time_point now) {
  if (state_ == State::closed || state_ == State::ready) return;
  const Clock::duration waited = now - touched_;
  if (state_ == State::ending && waited > end_limit) return close();
  if (waited <= around_.options.timeout) return;
  has_timed_out_ = true;
  const auto seconds = std::chrono::duration<double>(around_.options.timeout).count();
  fail(awaited(), fmt::format("(no reply for {:g} s)", seconds));
}

}  // namespace quoth::bench
