#include "net/listening_socket.hpp"

#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quoth::net {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

namespace {

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

Result<void> check(int returned) noexcept {
  if (returned < 0) return last_error();
  return {};
}

Result<void> set_option(int fd, int level, int name, int value) noexcept {
  return check(::setsockopt(fd, level, name, &value, sizeof value));
}

Descriptor open_socket(int family) noexcept {
  return Descriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
}

const sockaddr* data_of(const Endpoint& endpoint) noexcept {
  return static_cast<const sockaddr*>(endpoint.data());
}

/// Whether somebody answers on the socket's file: it must not be taken away from him.
bool is_served(const Endpoint& endpoint) noexcept {
  const Descriptor probe = open_socket(AF_UNIX);
  return ::connect(probe.get(), data_of(endpoint), static_cast<socklen_t>(endpoint.size())) == 0 ||
         errno != ECONNREFUSED;
}

/// Takes away the file of a socket that nobody serves any more. Any other file stays.
void remove_stale(const Address& address) noexcept {
  struct stat status {};
  if (::lstat(address.path.c_str(), &status) < 0 || !S_ISSOCK(status.st_mode)) return;
  if (!is_served(address.endpoint)) ::unlink(address.path.c_str());
}

/// An option of the socket itself; -1: `fd` is none.
int option_of(int fd, int name) noexcept {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

Endpoint bound_endpoint(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  return {&storage, size, 0};
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() { close(); }

void Descriptor::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int Descriptor::release() noexcept { return std::exchange(fd_, -1); }

Result<void> ListeningSocket::bind(const Endpoint& endpoint, Share share) {
  const int family = endpoint.protocol().family();
  is_unix_ = family == AF_UNIX;
  fd_ = open_socket(family);
  if (!fd_.is_open()) return last_error();
  if (!is_unix_) static_cast<void>(set_option(fd_.get(), SOL_SOCKET, SO_REUSEADDR, 1));
  const int v6_only = is_v6_only_ ? 1 : 0;
  if (family == AF_INET6)
    static_cast<void>(set_option(fd_.get(), IPPROTO_IPV6, IPV6_V6ONLY, v6_only));
  // The first socket binds without SO_REUSEPORT, so that an address which another program has is an
  // error; the option set afterwards lets our own others join.
  const auto allow_others = [this] {
    if (!is_unix_) static_cast<void>(set_option(fd_.get(), SOL_SOCKET, SO_REUSEPORT, 1));
  };
  if (share == Share::another) allow_others();
  const auto size = static_cast<socklen_t>(endpoint.size());
  if (::bind(fd_.get(), data_of(endpoint), size) < 0) return last_error();
  if (share == Share::first) allow_others();
  return {};
}

Result<ListeningSocket> ListeningSocket::open(const Address& address, unsigned unix_mode) {
  if (address.is_unix()) remove_stale(address);
  ListeningSocket socket;
  socket.is_v6_only_ = address.is_v6_only;
  if (Result<void> bound = socket.bind(address.endpoint, Share::first); !bound)
    return bound.error();
  const bool is_ready = (!address.is_unix() || ::chmod(address.path.c_str(), unix_mode) == 0) &&
                        ::listen(socket.fd(), SOMAXCONN) == 0;
  if (!is_ready) {
    const error_code error = last_error();
    if (address.is_unix()) ::unlink(address.path.c_str());
    return error;
  }
  socket.bound_ = address.is_unix() ? address.endpoint : bound_endpoint(socket.fd());
  return socket;
}

Result<ListeningSocket> ListeningSocket::adopt(int fd) {
  ListeningSocket socket;
  socket.fd_ = Descriptor{::fcntl(fd, F_DUPFD_CLOEXEC, 0)};
  if (!socket.fd_.is_open()) return last_error();
  const int family = option_of(fd, SO_DOMAIN);
  const bool is_known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  const bool is_listening = option_of(fd, SO_ACCEPTCONN) == 1;
  if (!is_known || !is_listening || option_of(fd, SO_TYPE) != SOCK_STREAM) {
    return error_code{EINVAL, boost::system::system_category()};
  }
  // Of the open file, so his is the same from here on; whoever waits for clients wants it so.
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return last_error();
  socket.bound_ = bound_endpoint(fd);
  socket.is_unix_ = family == AF_UNIX;
  socket.is_adopted_ = true;
  return socket;
}

Result<ListeningSocket> ListeningSocket::share() const {
  ListeningSocket other;
  if (is_unix_ || is_adopted_) {
    other.fd_ = Descriptor{::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0)};
    if (!other.fd_.is_open()) return last_error();
  } else {
    other.is_v6_only_ = is_v6_only_;
    if (Result<void> bound = other.bind(bound_, Share::another); !bound) return bound.error();
    if (::listen(other.fd(), SOMAXCONN) < 0) return last_error();
  }
  other.bound_ = bound_;
  other.is_unix_ = is_unix_;
  other.is_adopted_ = is_adopted_;
  return other;
}

Result<std::optional<Descriptor>> ListeningSocket::accept(Endpoint& peer) const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int fd = ::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    // Only these are about us. Others belong to a client that has gone again, or to its network:
    // accept(2) wants them treated as if nobody were there.
    const bool is_ours = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (is_ours) return last_error();
    return std::optional<Descriptor>{};
  }
  peer = {&storage, size, 0};
  if (!is_unix_) static_cast<void>(set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1));
  return std::optional<Descriptor>{Descriptor{fd}};
}

}  // namespace quoth::net
