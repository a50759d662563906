#include "bench/limit/loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "bench/limit/dialogue.hpp"

namespace limit {
namespace {

constexpr std::size_t buffer_size = 65536;
constexpr std::size_t events_at_once = 512;
constexpr ssize_t nothing_yet = -1;
constexpr ssize_t over = 0;

void watch(int epoll, int socket, std::uint32_t events, void* whose) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = whose;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

bool wants_more(SSL* tls, int result) {
  const int error = ::SSL_get_error(tls, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/// Replies are short and the socket's buffer is empty: what does not fit at once is a failure.
bool write(Connection& client, std::string_view octets) {
  if (octets.empty()) return true;
  const auto size = static_cast<ssize_t>(octets.size());
  if (client.tls == nullptr) {
    return ::send(client.socket, octets.data(), octets.size(), MSG_NOSIGNAL) == size;
  }
  return ::SSL_write(client.tls, octets.data(), static_cast<int>(size)) == size;
}

void close(Connection* client) {
  if (client->tls != nullptr) {
    if (!client->in_handshake) ::SSL_shutdown(client->tls);
    ::SSL_free(client->tls);
  }
  ::close(client->socket);
  delete client;
}

}  // namespace

Loop::Loop(int listener, Tls tls)
    : listener_{listener}, tls_{tls}, epoll_{::epoll_create1(EPOLL_CLOEXEC)}, buffer_(buffer_size) {
  if (epoll_ < 0) throw std::runtime_error{"no epoll"};
  replies_.reserve(buffer_size);
}

void Loop::run() {
  watch(epoll_, listener_, EPOLLIN, nullptr);
  std::array<epoll_event, events_at_once> events{};
  for (;;) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      auto* client = static_cast<Connection*>(event.data.ptr);
      if (client == nullptr) {
        accept_all();
      } else if (!serve(*client, (event.events & EPOLLRDHUP) != 0)) {
        close(client);
      }
    }
  }
}

void Loop::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    welcome(socket);
  }
}

void Loop::welcome(int socket) {
  const int one = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  auto* client =
      new Connection{socket, nullptr, false, Dialogue{tls_.context != nullptr && !tls_.implicit}};
  watch(epoll_, socket, EPOLLIN | EPOLLRDHUP | EPOLLET, client);
  if (!(tls_.implicit ? begin_tls(*client) : write(*client, banner))) close(client);
}

/// Reads until there is no more, and answers; false: the connection is over.
bool Loop::serve(Connection& client, bool hung_up) {
  for (;;) {
    if (client.in_handshake && !shake_hands(client)) return false;
    if (client.in_handshake) return true;
    const ssize_t size = read(client);
    if (size <= 0) return size == nothing_yet;
    const std::string_view input{buffer_.data(), static_cast<std::size_t>(size)};
    replies_.clear();
    const Dialogue::Then then = client.dialogue.take(input, replies_);
    if (!write(client, replies_) || then == Dialogue::Then::close) return false;
    if (then == Dialogue::Then::start_tls && !begin_tls(client)) return false;
    // A short read has emptied the socket: the next event comes with the next octet.
    const bool more = input.size() == buffer_.size() || client.tls != nullptr || hung_up;
    if (!more) return true;
  }
}

bool Loop::begin_tls(Connection& client) const {
  client.tls = ::SSL_new(tls_.context);
  if (client.tls == nullptr || ::SSL_set_fd(client.tls, client.socket) != 1) return false;
  ::SSL_set_accept_state(client.tls);
  client.in_handshake = true;
  client.dialogue.tls_started();
  return true;
}

/// A step of the handshake; false: it has failed.
bool Loop::shake_hands(Connection& client) const {
  ::ERR_clear_error();
  const int result = ::SSL_do_handshake(client.tls);
  if (result != 1) return wants_more(client.tls, result);
  client.in_handshake = false;
  return !tls_.implicit || write(client, banner);
}

ssize_t Loop::read(Connection& client) {
  if (client.tls == nullptr) {
    const ssize_t size = ::recv(client.socket, buffer_.data(), buffer_.size(), 0);
    if (size < 0) return errno == EAGAIN ? nothing_yet : over;
    return size;
  }
  ::ERR_clear_error();
  const int size = ::SSL_read(client.tls, buffer_.data(), static_cast<int>(buffer_.size()));
  if (size > 0) return size;
  return wants_more(client.tls, size) ? nothing_yet : over;
}

}  // namespace limit
