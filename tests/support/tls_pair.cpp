#include "support/tls_pair.hpp"

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
#include <boost/asio/error.hpp>

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

/// Carries octets one by one; ends with either side.
Awaitable<void> drip(net::Stream& from, net::Stream& to, int to_fd) {
  std::array<char, 1> octet{};
  for (;;) {
    const Result<std::size_t> read = co_await from.read_some(std::span<char>{octet});
    if (!read) break;
    const Result<void> written = co_await to.write({octet.data(), 1});
    if (!written) break;
  }
  ::shutdown(to_fd, SHUT_WR);
}

std::array<int, 2> socket_pair() {
  std::array<int, 2> fds{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    throw std::runtime_error{"no socket pair"};
  }
  return fds;
}

void narrow(int fd) noexcept {
  const int octets = 1;  // the kernel makes some thousands of it
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
}

/// Whoever fails leaves, so that the other one does not wait for him.
Awaitable<Result<void>> take_part(Awaitable<Result<void>> handshake, int fd) {
  const Result<void> done = co_await std::move(handshake);
  if (!done) ::shutdown(fd, SHUT_WR);
  co_return done;
}

}  // namespace

StreamPair::StreamPair(Way way) {
  fds_ = socket_pair();
  if (way == Way::narrow) {
    for (const int fd : fds_) narrow(fd);
  }
  if (way == Way::dripping) {
    const std::array<int, 2> others = socket_pair();
    relays_ = {make_stream(io_, fds_[1]), make_stream(io_, others[0])};
    const auto must_not_throw = [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    };
    asio::co_spawn(io_, drip(*relays_[0], *relays_[1], others[0]), must_not_throw);
    asio::co_spawn(io_, drip(*relays_[1], *relays_[0], fds_[1]), must_not_throw);
    fds_[1] = others[1];
  }
  server_ = make_stream(io_, fds_[0]);
  client_ = make_stream(io_, fds_[1]);
}

StreamPair::Outcome StreamPair::shake_hands(net::TlsServer& tls_server, net::TlsClient& tls_client,
                                            const std::string& server_name) {
  std::optional<Result<void>> at_server;
  std::optional<Result<void>> at_client;
  start(take_part(server().accept_tls(tls_server), server_fd()), at_server);
  start(take_part(client().connect_tls(tls_client, server_name), client_fd()), at_client);
  run();
  const Result<void> waits = make_error_code(asio::error::timed_out);
  return {at_server.value_or(waits), at_client.value_or(waits)};
}

std::string StreamPair::send(net::Stream& from, net::Stream& to, std::string_view octets) {
  std::string got;
  std::optional<Result<void>> written;
  std::optional<Result<void>> read;
  start(from.write(octets), written);
  start(read_all(to, got, octets.size()), read);
  run();
  if (!written || !*written) return "write: " + (written ? written->error().message() : "waits");
  if (!read || !*read) return "read: " + (read ? read->error().message() : "waits");
  return got;
}

std::string StreamPair::read(net::Stream& end) {
  std::array<char, 5000> buffer{};
  std::optional<Result<std::size_t>> octets;
  start(end.read_some(std::span<char>{buffer}), octets);
  run();
  if (!octets) {
    end.cancel();
    run();
    return "waits";
  }
  if (!*octets) return octets->error().message();
  return {buffer.data(), **octets};
}

void StreamPair::run() {
  io_.restart();
  while (io_.poll() != 0) {
  }
}

}  // namespace quoth::support
