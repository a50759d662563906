#include "support/smtp_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/tls_channel.hpp"

namespace quoth::support {
namespace {

using Milliseconds = std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool is_ready(int fd, short events, Milliseconds wait) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, static_cast<int>(wait.count())) > 0;
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress address_of(const Endpoint& endpoint) {
  SocketAddress result;
  if (!endpoint.path.empty()) {
    sockaddr_un unix_address{};
    unix_address.sun_family = AF_UNIX;
    endpoint.path.copy(unix_address.sun_path, sizeof unix_address.sun_path - 1);
    std::memcpy(&result.storage, &unix_address, sizeof unix_address);
    result.size = sizeof unix_address;
    return result;
  }
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
  }
  return result;
}

/// Where a reply ends: behind the first line whose fourth octet is no hyphen. npos: not yet.
std::size_t reply_end(std::string_view input) {
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = input.find("\r\n", start);
    if (end == std::string_view::npos) return end;
    if (end - start < 4 || input[start + 3] != '-') return end + 2;
    start = end + 2;
  }
}

}  // namespace

SmtpClient::SmtpClient(const Endpoint& endpoint) { open(endpoint, 0, ""); }

SmtpClient::SmtpClient(const Endpoint& endpoint, int receive_octets) {
  open(endpoint, receive_octets, "");
}

SmtpClient::SmtpClient(const Endpoint& endpoint, const std::string& from) {
  open(endpoint, 0, from);
}

void SmtpClient::open(const Endpoint& endpoint, int receive_octets, const std::string& from) {
  const SocketAddress address = address_of(endpoint);
  fd_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail("socket");
  if (receive_octets > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_octets, sizeof receive_octets);
  }
  if (!from.empty()) {
    const SocketAddress local = address_of({.address = {}, .host = from, .port = 0, .path = {}});
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&local.storage), local.size) < 0)
      fail("bind");
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) < 0) {
    const int error = errno;
    ::close(std::exchange(fd_, -1));
    throw std::system_error(error, std::generic_category(), "connect to " + endpoint.address);
  }
}

SmtpClient::SmtpClient(SmtpClient&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      tls_{std::move(other.tls_)},
      input_{std::move(other.input_)} {}

SmtpClient::~SmtpClient() { close(); }

bool SmtpClient::has_input(Milliseconds wait) const {
  return !input_.empty() || (tls_ && tls_->has_input()) || is_ready(fd_, POLLIN, wait);
}

/// @returns false at the end of the connection.
bool SmtpClient::read_some() {
  std::array<char, 4096> octets{};
  if (tls_) {
    const std::optional<std::size_t> size = tls_->read(octets);
    input_.append(octets.data(), size.value_or(0));
    return size.has_value();
  }
  if (!is_ready(fd_, POLLIN, patience)) {
    throw std::runtime_error("the server is silent; it said last: " + input_);
  }
  const ssize_t count = ::recv(fd_, octets.data(), octets.size(), 0);
  if (count <= 0) return false;
  input_.append(octets.data(), static_cast<std::size_t>(count));
  return true;
}

std::string SmtpClient::reply() {
  std::size_t end = reply_end(input_);
  for (; end == std::string::npos; end = reply_end(input_)) {
    if (!read_some()) throw std::runtime_error("closed by the server, behind: " + input_);
  }
  std::string text = input_.substr(0, end - 2);
  input_.erase(0, end);
  std::erase(text, '\r');
  return text;
}

std::string SmtpClient::command(std::string_view line) {
  send(std::string{line}.append("\r\n"));
  return reply();
}

void SmtpClient::send(std::string_view octets) {
  if (tls_) return tls_->write(octets);
  while (!octets.empty()) {
    if (!is_ready(fd_, POLLOUT, patience)) throw std::runtime_error("the server reads nothing");
    octets.remove_prefix(send_some(octets));
  }
}

std::size_t SmtpClient::send_some(std::string_view octets) const {
  const ssize_t count = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count < 0) fail("send");
  return static_cast<std::size_t>(count);
}

std::size_t SmtpClient::send_until_stalled(std::string_view octets, Milliseconds stall) {
  std::size_t sent = 0;
  const SteadyClock::time_point end = SteadyClock::now() + patience;
  while (is_ready(fd_, POLLOUT, stall)) {
    if (SteadyClock::now() > end) throw std::runtime_error("the server never stops reading");
    sent += send_some(octets.substr(sent % octets.size()));
  }
  return sent;
}

std::string SmtpClient::rest() {
  while (read_some()) {
  }
  return std::exchange(input_, {});
}

void SmtpClient::shake_hands(const CertificateFiles& certificate) {
  tls_ = std::make_unique<TlsChannel>(fd_, certificate);
}

void SmtpClient::start_tls(const CertificateFiles& certificate) {
  const std::string ready = command("STARTTLS");
  if (!ready.starts_with("220 ")) throw std::runtime_error("no STARTTLS: " + ready);
  shake_hands(certificate);
}

void SmtpClient::finish_sending() const noexcept { ::shutdown(fd_, SHUT_WR); }

void SmtpClient::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void SmtpClient::reset() noexcept {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void converse(SmtpClient& client, std::initializer_list<Turn> turns) {
  for (const Turn& turn : turns) {
    const std::string reply = client.command(turn.says);
    EXPECT_TRUE(reply.starts_with(turn.hears))
        << "said: " << turn.says << "\nheard: " << reply << "\nexpected: " << turn.hears;
  }
}

SmtpClient greeted(const Server& server) {
  SmtpClient client{server.listening().front()};
  EXPECT_TRUE(client.reply().starts_with("220 "));
  converse(client, {{"EHLO client.test", "250"}});
  return client;
}

std::string send_message(SmtpClient& client, const std::vector<std::string>& recipients,
                         std::string_view text) {
  std::string reply = client.command("MAIL FROM:<a@client.test>");
  for (const std::string& recipient : recipients) {
    if (reply.starts_with('2')) reply = client.command("RCPT TO:<" + recipient + ">");
  }
  if (!reply.starts_with('2')) return reply;
  reply = client.command("DATA");
  if (!reply.starts_with("354")) return reply;
  client.send(text);
  return client.command(".");
}

}  // namespace quoth::support
