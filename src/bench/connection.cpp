#include "bench/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "bench/loop.hpp"
#include "net/tls_client.hpp"

namespace quoth::bench {
namespace {

/// How long a server may take to close behind its 221; then we do.
constexpr std::chrono::seconds end_limit{1};

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
  if (fd_ < 0) {
    fail_system("connect", errno);
    return;
  }
  if (address.is_internet()) {
    const int on = 1;
    static_cast<void>(::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  }
  if (::connect(fd_, address.data(), address.size) != 0 && errno != EINPROGRESS) {
    fail_system("connect", errno);
    return;
  }
  if (!around_.loop.add(fd_, *this)) {
    fail_system("connect", errno);
    return;
  }
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
  if (state_ == State::talking && (events & EPOLLOUT) != 0) flush();
  const bool is_open = state_ == State::talking || state_ == State::ready;
  const bool has_input = (events & EPOLLIN) != 0 || has_ended_ || tls_;
  if (is_open && has_input) read();
  // Servers that close by close_notify wait for ours before they close the connection.
  if (state_ == State::ending && tls_ && has_ended_by_tls()) has_ended_ = true;
  if (state_ == State::ending && has_ended_) close();
}

bool Connection::has_ended_by_tls() noexcept {
  std::array<char, 64> octets{};
  net::TlsStep step = tls_->read(octets);
  while (!step.error && step.octets > 0) step = tls_->read(octets);
  return static_cast<bool>(step.error);
}

void Connection::on_connecting(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    int error = 0;
    socklen_t size = sizeof error;
    static_cast<void>(::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size));
    if (error != 0) {
      fail_system("connect", error);
      return;
    }
  }
  owner_.on_connected(*this);
  touched_ = around_.loop.now();
  if (around_.options.scenario.tls == Tls::implicit) {
    start_tls();
    return;
  }
  start(around_.script.opening.front());
}

void Connection::start(const Step& step) {
  step_ = &step;
  written_ = 0;
  replied_ = 0;
  state_ = State::talking;
  touched_ = around_.loop.now();
  if (!step.octets.empty()) around_.loop.write_later(*this);
}

void Connection::take_replies(std::string_view input) {
  while (!input.empty()) {
    const std::optional<Reply> reply = reader_.next(input);
    if (!reply || !take(*reply)) return;
    if (replied_ < step_->replies.size()) continue;
    if (!input.empty()) {
      fail("nothing", input);
      return;  // a reply to what has not been said
    }
    if (written_ < step_->octets.size()) {
      fail(awaited(), "(a reply before the end)");
      return;
    }
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
  if (step_->after == Step::After::start_tls) {
    start_tls();
    return;
  }
  ++step_index_;
  if (stage_ == Stage::quitting || step_index_ == steps().size()) {
    finish_script();
    return;
  }
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
  if (state_ == State::ending || has_failed_) {
    close();
    return;
  }
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
  if (state_ == State::ending && waited > end_limit) {
    close();
    return;
  }
  if (waited <= around_.options.timeout) return;
  has_timed_out_ = true;
  const auto seconds = std::chrono::duration<double>(around_.options.timeout).count();
  fail(awaited(), fmt::format("(no reply for {:g} s)", seconds));
}

}  // namespace quoth::bench
