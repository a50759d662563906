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

namespace quoth::net {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>{});

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

/// Whether the peer has closed its side and nothing of it is left to read.
bool has_ended(int fd) noexcept {
  char octet = 0;
  const ssize_t count = ::recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace

Awaitable<Result<std::size_t>> Stream::read_some(std::span<char> buffer) {
  const asio::mutable_buffer target{buffer.data(), buffer.size()};
  const std::tuple<error_code, std::size_t> done =
      co_await socket_.async_read_some(target, as_result);
  if (std::get<0>(done)) co_return std::get<0>(done);
  co_return std::get<1>(done);
}

Awaitable<Result<void>> Stream::readable() {
  const std::tuple<error_code> done = co_await socket_.async_wait(Socket::wait_read, as_result);
  if (std::get<0>(done)) co_return std::get<0>(done);
  co_return Result<void>{};
}

bool Stream::has_input() noexcept {
  char octet = 0;
  return ::recv(socket_.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Result<std::size_t> Stream::try_write(std::string_view octets) noexcept {
  const ssize_t count =
      ::send(socket_.native_handle(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return last_error();
}

Awaitable<Result<void>> Stream::write(std::string_view octets) {
  const asio::const_buffer source{octets.data(), octets.size()};
  const std::tuple<error_code, std::size_t> done =
      co_await asio::async_write(socket_, source, as_result);
  if (std::get<0>(done)) co_return std::get<0>(done);
  co_return Result<void>{};
}

void Stream::watch_for_end(std::function<void()> gone) {
  const int fd = socket_.native_handle();
  socket_.async_wait(Socket::wait_read, [fd, gone = std::move(gone)](const error_code& error) {
    if (!error && has_ended(fd)) gone();
  });
}

void Stream::cancel() noexcept {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::close() noexcept {
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
