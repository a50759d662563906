#include "conform/wire.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quoth::conform {

namespace asio = boost::asio;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t max_received_octets = std::size_t{16} << 20U;
constexpr std::size_t max_write_octets = 65536;

/// Each write leaves at once, so that the pieces of a case stay pieces.
void send_at_once(int fd) noexcept {
  const int on = 1;
  static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

std::chrono::milliseconds until(SteadyClock::time_point due) {
  return std::chrono::ceil<std::chrono::milliseconds>(due - SteadyClock::now());
}

}  // namespace

Wire::Wire(const net::Executor& executor, Dialogue& dialogue)
    : executor_{executor}, dialogue_{dialogue}, gate_{executor}, arrival_{executor} {}

Wire::~Wire() = default;

Awaitable<Result<void>> Wire::connect(const Endpoint& endpoint, std::chrono::milliseconds at_most) {
  net::Socket socket{executor_};
  net::Deadline deadline{executor_, [&socket] {
                           error_code ignored;
                           socket.cancel(ignored);
                         }};
  deadline.set(at_most);
  const std::tuple<error_code> done = co_await socket.async_connect(
      endpoint, asio::as_tuple(asio::use_awaitable_t<net::Executor>{}));
  if (deadline.has_expired()) co_return make_error_code(asio::error::timed_out);
  if (std::get<0>(done)) co_return std::get<0>(done);
  fd_ = socket.native_handle();
  send_at_once(fd_);
  stream_ = std::make_unique<net::Stream>(std::move(socket));
  reader_ = {};
  received_octets_ = 0;
  has_ended_ = false;
  is_reset_ = false;
  is_closing_ = false;
  gate_.spawn(pump());
  co_return Result<void>{};
}

Awaitable<void> Wire::pump() {
  std::array<char, 16384> buffer{};
  while (received_octets_ < max_received_octets) {
    if (is_closing_) co_return;
    const std::span<char> room{buffer};
    const Result<std::size_t> count = co_await stream_->read_some(room);
    if (!count) {
      if (count.error() == asio::error::eof) dialogue_.note("the server closed the connection");
      if (count.error() == asio::error::connection_reset) {
        dialogue_.note("the server reset it");
        stream_->cancel();  // a write that waits, which a Unix socket does not always end
      }
      if (is_closing_ && count.error() == asio::error::operation_aborted) co_return;
      break;
    }
    const std::string_view octets{buffer.data(), *count};
    received_octets_ += octets.size();
    dialogue_.add(Dialogue::Who::server, octets);
    reader_.feed(octets);
    arrival_.give();
  }
  has_ended_ = true;
  arrival_.give();
}

/// Nothing reads then; has_ended_ tells whether there is more to read.
Awaitable<void> Wire::stop_pump() {
  is_closing_ = true;  // it may not have begun to read
  if (!has_ended_) stream_->cancel();
  co_await gate_.wait_until_empty();
  is_closing_ = false;
}

Awaitable<Result<void>> Wire::start_tls(net::TlsClient& client, std::string server_name,
                                        std::chrono::milliseconds at_most) {
  co_await stop_pump();  // the records of TLS are no replies
  if (has_ended_) co_return make_error_code(asio::error::eof);
  dialogue_.note("TLS handshake");
  reader_ = {};
  net::Deadline deadline{executor_, [this] { stream_->cancel(); }};
  deadline.set(at_most);
  const Result<void> done = co_await stream_->connect_tls(client, std::move(server_name));
  if (!done) {
    has_ended_ = true;
    if (deadline.has_expired()) co_return make_error_code(asio::error::timed_out);
    dialogue_.note("the handshake failed: " + done.error().message());
    co_return done.error();
  }
  dialogue_.note(stream_->tls()->version + ", " + stream_->tls()->cipher);
  gate_.spawn(pump());
  co_return Result<void>{};
}

Awaitable<Result<void>> Wire::send(std::string_view octets, std::chrono::milliseconds at_most) {
  if (has_ended_) co_return make_error_code(asio::error::connection_reset);
  dialogue_.add(Dialogue::Who::client, octets);
  net::Deadline deadline{executor_, [this] { stream_->cancel(); }};
  while (!octets.empty()) {
    const std::string_view part = octets.substr(0, max_write_octets);
    deadline.set(at_most);
    const Result<void> written = co_await stream_->write(part);
    if (deadline.has_expired()) co_return make_error_code(asio::error::timed_out);
    if (!written) co_return written.error();
    octets.remove_prefix(part.size());
  }
  co_return Result<void>{};
}

Awaitable<Wire::Received> Wire::receive(std::chrono::milliseconds at_most) {
  const SteadyClock::time_point due = SteadyClock::now() + at_most;
  Received received;
  while (true) {
    std::optional<Reply> reply = reader_.next();
    if (reply) {
      received.what = Received::What::reply;
      received.reply = *std::move(reply);
      co_return received;
    }
    if (has_ended_) {
      received.what = Received::What::end;
      co_return received;
    }
    const std::chrono::milliseconds left = until(due);
    if (left.count() <= 0) co_return received;
    static_cast<void>(co_await arrival_.wait(left));
  }
}

Awaitable<bool> Wire::wait(std::chrono::milliseconds time) {
  const SteadyClock::time_point due = SteadyClock::now() + time;
  const std::size_t before = received_octets_ - reader_.pending().size();
  std::chrono::milliseconds left = time;
  while (left.count() > 0) {
    static_cast<void>(co_await arrival_.wait(left));
    left = until(due);
  }
  co_return received_octets_ > before;
}

Awaitable<bool> Wire::wait_for_end(std::chrono::milliseconds at_most) {
  const SteadyClock::time_point due = SteadyClock::now() + at_most;
  while (!has_ended_) {
    const std::chrono::milliseconds left = until(due);
    if (left.count() <= 0) break;
    static_cast<void>(co_await arrival_.wait(left));
  }
  co_return has_ended_;
}

Awaitable<bool> Wire::wait_for_octets(std::chrono::milliseconds at_most) {
  const SteadyClock::time_point due = SteadyClock::now() + at_most;
  while (!has_ended_ && reader_.pending().empty()) {
    const std::chrono::milliseconds left = until(due);
    if (left.count() <= 0) break;
    static_cast<void>(co_await arrival_.wait(left));
  }
  co_return has_ended_ || !reader_.pending().empty();
}

void Wire::half_close() noexcept {
  if (stream_) ::shutdown(fd_, SHUT_WR);
}

Awaitable<void> Wire::close() {
  if (!stream_) co_return;
  if (is_reset_) {
    const linger at_once{1, 0};
    static_cast<void>(::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
  }
  co_await stop_pump();
  if (!is_reset_) stream_->close();
  stream_.reset();  // with the option set above, closing is a RST
  fd_ = -1;
}

}  // namespace quoth::conform
