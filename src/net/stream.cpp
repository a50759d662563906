#include "net/stream.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/tls_session.hpp"

namespace quoth::net {

namespace asio = boost::asio;

namespace {

constexpr asio::use_awaitable_t<Executor> awaited;
constexpr auto as_result = asio::as_tuple(awaited);

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

/// Whether the peer has closed its side and nothing of it is left to read.
bool has_ended(int fd) noexcept {
  char octet = 0;
  const ssize_t count = ::recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace

Stream::Stream(Socket socket) noexcept : socket_{std::move(socket)} {}
Stream::Stream(Stream&& other) noexcept = default;
Stream::~Stream() = default;

// Which of the two it is, is decided before a coroutine is made: the clear path pays a branch.
Awaitable<Result<std::size_t>> Stream::read_some(std::span<char> buffer) {
  return tls_ ? read_tls(buffer) : read_clear(buffer);
}

Awaitable<Result<void>> Stream::readable() { return tls_ ? tls_readable() : clear_readable(); }

Awaitable<Result<void>> Stream::write(std::string_view octets) {
  return tls_ ? write_tls(octets) : write_clear(octets);
}

// Every command takes these ways: the operation's end makes the result, not a coroutine around it.
Awaitable<Result<std::size_t>> Stream::read_clear(std::span<char> buffer) {
  const auto begin = [](auto&& waiter, Socket* socket, std::span<char> target) {
    auto end = [waiter = std::move(waiter)](const error_code& error, std::size_t octets) mutable {
      std::move(waiter)(error ? Result<std::size_t>{error} : Result<std::size_t>{octets});
    };
    socket->async_read_some(asio::mutable_buffer{target.data(), target.size()}, std::move(end));
  };
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Result<std::size_t>)>(
      begin, awaited, &socket_, buffer);
}

Awaitable<Result<void>> Stream::clear_readable() {
  const auto begin = [](auto&& waiter, Socket* socket) {
    auto end = [waiter = std::move(waiter)](const error_code& error) mutable {
      std::move(waiter)(error ? Result<void>{error} : Result<void>{});
    };
    socket->async_wait(Socket::wait_read, std::move(end));
  };
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Result<void>)>(
      begin, awaited, &socket_);
}

bool Stream::has_input() noexcept {
  if (tls_) return has_tls_input();
  char octet = 0;
  return ::recv(socket_.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Result<std::size_t> Stream::try_write(std::string_view octets) noexcept {
  if (tls_) return try_write_tls(octets);
  const ssize_t count =
      ::send(socket_.native_handle(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return last_error();
}

Awaitable<Result<void>> Stream::write_clear(std::string_view octets) {
  const asio::const_buffer source{octets.data(), octets.size()};
  const std::tuple<error_code, std::size_t> done =
      co_await asio::async_write(socket_, source, as_result);
  if (std::get<0>(done)) co_return std::get<0>(done);
  co_return Result<void>{};
}

void Stream::watch_for_end(std::function<void()> gone) {
  if (tls_) {
    tls_->waits().gone = std::make_shared<std::function<void()>>(std::move(gone));
    return watch_tls(tls_->waits().gone);
  }
  const int fd = socket_.native_handle();
  socket_.async_wait(Socket::wait_read, [fd, gone = std::move(gone)](const error_code& error) {
    if (!error && has_ended(fd)) gone();
  });
}

void Stream::cancel() noexcept {
  if (tls_) {
    ++tls_->waits().cancels;
    tls_->waits().gone.reset();
  }
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::close() noexcept {
  if (tls_) tls_->close();
  const int fd = socket_.native_handle();
  ::shutdown(fd, SHUT_WR);
  std::array<char, 4096> rest{};
  // Bounded: whoever goes on sending gets the reset.
  for (int reads = 0; reads < 16; ++reads) {
    if (::recv(fd, rest.data(), rest.size(), MSG_DONTWAIT) <= 0) break;
  }
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace quoth::net
