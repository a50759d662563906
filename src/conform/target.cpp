#include "conform/target.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/local/stream_protocol.hpp>

namespace quoth::conform {
namespace {

constexpr std::string_view unix_prefix = "unix:";

struct HostAndPort {
  std::string host;
  std::string port;
};

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw std::invalid_argument("\"" + std::string{text} + "\" is no server: " + std::string{why});
}

/// getaddrinfo() takes any number, modulo 65536.
bool is_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && stop == text.data() + text.size() && port != 0;
}

HostAndPort split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) fail(text, "write HOST:PORT or unix:/path");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (!is_port(port)) {
    fail(text, "the port is a number from 1 to 65535");
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    fail(text, "an IPv6 address goes into brackets");
  }
  if (host.empty()) fail(text, "the host is missing");
  return {std::string{host}, std::string{port}};
}

Endpoint to_endpoint(const addrinfo& info) {
  Endpoint result{info.ai_addr, info.ai_addrlen, info.ai_protocol};
  return result;
}

std::vector<Endpoint> look_up(std::string_view text, const HostAndPort& where) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found);
  if (error != 0) {
    throw std::runtime_error("cannot resolve the host of \"" + std::string{text} +
                             "\": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, ::freeaddrinfo};
  std::vector<Endpoint> result;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    result.push_back(to_endpoint(*info));
  }
  std::ranges::stable_partition(
      result, [](const Endpoint& each) { return each.protocol().family() == AF_INET; });
  return result;
}

}  // namespace

Target Target::resolve(std::string_view text) {
  if (text.starts_with(unix_prefix)) {
    const std::string path{text.substr(unix_prefix.size())};
    if (path.empty()) fail(text, "a path goes behind \"unix:\"");
    if (path.size() >= sizeof(sockaddr_un::sun_path)) fail(text, "the path is too long");
    return {std::string{text}, {}, {boost::asio::local::stream_protocol::endpoint{path}}};
  }
  HostAndPort where = split(text);
  std::vector<Endpoint> endpoints = look_up(text, where);
  return {std::string{text}, std::move(where.host), std::move(endpoints)};
}

}  // namespace quoth::conform
