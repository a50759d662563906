#include "net/address.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <netinet/in.h>
#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "net/inherited_sockets.hpp"

namespace quoth::net {

namespace asio = boost::asio;

namespace {

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw std::invalid_argument("cannot listen on \"" + std::string{text} +
                              "\": " + std::string{why});
}

std::uint16_t parse_port(std::string_view text, std::string_view port) {
  std::uint16_t number = 0;
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || stop != port.data() + port.size()) {
    fail(text, "the port is a number from 0 to 65535");
  }
  return number;
}

Address parse_unix(std::string_view text) {
  const std::string path{text.substr(5)};
  if (path.empty()) fail(text, "a path goes behind \"unix:\"");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) fail(text, "the path is too long for a socket");
  return {asio::local::stream_protocol::endpoint{path}, path, false};
}

Address parse_inherited(std::string_view text) {
  Address address;
  address.inherited = text.substr(3);
  if (!is_socket_name(address.inherited)) fail(text, "the name of a socket goes behind \"fd:\"");
  return address;
}

}  // namespace

Address Address::parse(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text);
  if (text.starts_with("fd:")) return parse_inherited(text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    fail(text, "it is \"address:port\", \"unix:/path\" or \"fd:NAME\"");
  std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(std::string{host}, error);
  if (error || address.is_v6() != is_bracketed) {
    fail(text, "the address is a numeric one, IPv6 in brackets");
  }
  return {asio::ip::tcp::endpoint{address, parse_port(text, text.substr(colon + 1))}, {}, false};
}

std::string HostPort::to_string() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

HostPort host_port(const asio::generic::stream_protocol::endpoint& endpoint) {
  if (endpoint.protocol().family() != AF_INET && endpoint.protocol().family() != AF_INET6) {
    return {};
  }
  asio::ip::tcp::endpoint tcp;
  tcp.resize(endpoint.size());
  std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
  asio::ip::address address = tcp.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return {address.to_string(), tcp.port()};
}

}  // namespace quoth::net
