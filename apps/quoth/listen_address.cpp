#include "apps/quoth/listen_address.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <variant>

#include <fmt/format.h>

namespace quoth::app {
namespace {

using Outcome = std::variant<ListenAddress, std::string>;

constexpr std::string_view forms =
    R"(expected "127.0.0.1:25", "[::1]:25", "unix:/path" or "fd:NAME"; port 0: any free one)";

std::optional<unsigned short> parse_port(std::string_view text) {
  unsigned short port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// The octets of an IP address; a scope ("%eth0") may follow a link-local one.
std::string parse_ip(std::string_view text, int family) {
  const std::string address{text.substr(0, text.find('%'))};
  std::array<char, sizeof(in6_addr)> octets{};
  if (inet_pton(family, address.c_str(), octets.data()) != 1) return {};
  return {octets.data(), family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)};
}

Outcome parse_unix(std::string_view path) {
  if (!path.starts_with('/')) return "the path of a Unix socket begins with \"/\"";
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() > longest) {
    return fmt::format("the path of a Unix socket has at most {} octets", longest);
  }
  ListenAddress address;
  address.path = path;
  return address;
}

/// systemd's FileDescriptorName=: 1 to 255 octets of ASCII without controls and ":".
Outcome parse_inherited(std::string_view name) {
  constexpr std::size_t longest = 255;
  const bool is_good =
      !name.empty() && name.size() <= longest &&
      std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
  if (!is_good) return "behind \"fd:\" goes the name of a socket, as FileDescriptorName= has it";
  ListenAddress address;
  address.inherited = name;
  return address;
}

}  // namespace

std::variant<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text.substr(5));
  if (text.starts_with("fd:")) return parse_inherited(text.substr(3));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::string{forms};
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  if (!in_brackets && host.find(':') != std::string_view::npos) {
    return "an IPv6 address stands in brackets: \"[::1]:25\"";
  }
  if (in_brackets) host = host.substr(1, host.size() - 2);
  const std::optional<unsigned short> port = parse_port(text.substr(colon + 1));
  if (!port) return "a port is a number from 0 to 65535";
  ListenAddress address;
  address.host = parse_ip(host, in_brackets ? AF_INET6 : AF_INET);
  address.port = *port;
  if (address.host.empty()) return std::string{forms};
  address.is_wildcard = std::ranges::all_of(address.host, [](char octet) { return octet == '\0'; });
  return address;
}

bool ListenAddress::collides_with(const ListenAddress& other) const {
  if (host.empty() || other.host.empty()) {
    return host == other.host && path == other.path && inherited == other.inherited;
  }
  if (port == 0 || port != other.port || host.size() != other.host.size()) return false;
  return is_wildcard || other.is_wildcard || host == other.host;
}

}  // namespace quoth::app
