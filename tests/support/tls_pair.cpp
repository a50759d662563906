#include "support/tls_pair.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace quoth::support {

namespace asio = boost::asio;

namespace {

std::unique_ptr<net::Stream> make_stream(asio::io_context& io, int fd) {
  net::Socket socket{io.get_executor()};
  socket.assign(asio::generic::stream_protocol{AF_UNIX, 0}, fd);
  return std::make_unique<net::Stream>(std::move(socket));
}

Awaitable<Result<void>> read_all(net::Stream& from, std::string& into, std::size_t count) {
  std::array<char, 5000> buffer{};
  while (into.size() < count) {
    const std::span<char> room{buffer};
    const Result<std::size_t> octets = co_await from.read_some(room);
    if (!octets) co_return octets.error();
    into.append(buffer.data(), *octets);
  }
  co_return Result<void>{};
}

/// Runs one coroutine to its end; its outcome goes to `result`.
template <class T>
void start(asio::io_context& io, Awaitable<Result<T>> coroutine, std::optional<Result<T>>& result) {
  asio::co_spawn(io, std::move(coroutine),
                 [&result](const std::exception_ptr& failure, Result<T> value) {
                   if (failure) std::rethrow_exception(failure);
                   result = std::move(value);
                 });
}

}  // namespace

StreamPair::StreamPair(int buffer_octets) {
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds_.data()) != 0) {
    throw std::runtime_error{"no socket pair"};
  }
  for (const int fd : fds_) {
    if (buffer_octets == 0) continue;
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_octets, sizeof buffer_octets);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_octets, sizeof buffer_octets);
  }
  server_ = make_stream(io_, fds_[0]);
  client_ = make_stream(io_, fds_[1]);
}

StreamPair::Outcome StreamPair::shake_hands(net::TlsServer& tls_server, net::TlsClient& tls_client,
                                            const std::string& server_name) {
  std::optional<Result<void>> at_server;
  std::optional<Result<void>> at_client;
  // Whoever fails leaves, so that the other one does not wait for him.
  const auto take_part = [](net::Stream& stream, Awaitable<Result<void>> handshake,
                            int fd) -> Awaitable<Result<void>> {
    const Result<void> done = co_await std::move(handshake);
    if (!done) ::shutdown(fd, SHUT_WR);
    static_cast<void>(stream);
    co_return done;
  };
  start(io_, take_part(server(), server().accept_tls(tls_server), server_fd()), at_server);
  start(io_, take_part(client(), client().connect_tls(tls_client, server_name), client_fd()),
        at_client);
  run();
  return {*at_server, *at_client};
}

std::string StreamPair::send(net::Stream& from, net::Stream& to, std::string_view octets) {
  std::string got;
  std::optional<Result<void>> written;
  std::optional<Result<void>> read;
  start(io_, from.write(octets), written);
  start(io_, read_all(to, got, octets.size()), read);
  run();
  if (!written || !*written) return "write: " + (written ? written->error().message() : "waits");
  if (!read || !*read) return "read: " + (read ? read->error().message() : "waits");
  return got;
}

std::string StreamPair::read(net::Stream& end) {
  std::array<char, 5000> buffer{};
  std::optional<Result<std::size_t>> octets;
  start(io_, end.read_some(std::span<char>{buffer}), octets);
  run();
  if (!*octets) return octets->error().message();
  return {buffer.data(), **octets};
}

void StreamPair::run() {
  io_.restart();
  io_.run();
}

}  // namespace quoth::support
