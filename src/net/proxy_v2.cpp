// Version 2 of the PROXY protocol: the fixed part and the addresses (section 2.2 of its
// specification).
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/proxy_header.hpp"
#include "net/proxy_versions.hpp"

namespace quoth::net::proxy {
namespace {

using Endpoint = ProxyHeader::Endpoint;

constexpr std::size_t fixed_part = ProxyHeaderParser::fixed_part_bytes;

enum Command : unsigned char { local = 0x20, proxied = 0x21 };

/// Family and transport.
enum Family : unsigned char {
  unspecified = 0x00,
  v4_stream = 0x11,
  v6_stream = 0x21,
  unix_stream = 0x31
};

constexpr std::size_t unix_path_bytes = 108;

unsigned octet_at(std::string_view octets, std::size_t place) noexcept {
  return static_cast<unsigned char>(octets[place]);
}

/// Octets of both addresses, with their ports.
std::size_t addresses_size(unsigned family) noexcept {
  switch (family) {
    case v4_stream: return 2 * (sizeof(in_addr) + sizeof(in_port_t));
    case v6_stream: return 2 * (sizeof(in6_addr) + sizeof(in_port_t));
    case unix_stream: return 2 * unix_path_bytes;
    default: return 0;
  }
}

/// Both are in network order, there and here.
Endpoint v4_endpoint(std::string_view address, std::string_view port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, address.data(), sizeof v4.sin_addr);
  std::memcpy(&v4.sin_port, port.data(), sizeof v4.sin_port);
  return {&v4, sizeof v4};
}

Endpoint v6_endpoint(std::string_view address, std::string_view port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  std::memcpy(&v6.sin6_addr, address.data(), sizeof v6.sin6_addr);
  std::memcpy(&v6.sin6_port, port.data(), sizeof v6.sin6_port);
  return {&v6, sizeof v6};
}

Endpoint unix_endpoint(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  static_assert(sizeof address.sun_path >= unix_path_bytes);
  std::memcpy(address.sun_path, path.data(), path.size());
  return {&address, sizeof address};
}

ProxyHeader::Addresses read_addresses(unsigned family, std::string_view block) {
  if (family == unix_stream) {
    return {unix_endpoint(block.substr(0, unix_path_bytes)),
            unix_endpoint(block.substr(unix_path_bytes, unix_path_bytes))};
  }
  const std::size_t size = family == v4_stream ? sizeof(in_addr) : sizeof(in6_addr);
  const auto endpoint = family == v4_stream ? v4_endpoint : v6_endpoint;
  const std::string_view ports = block.substr(2 * size);
  return {endpoint(block, ports), endpoint(block.substr(size), ports.substr(2))};
}

}  // namespace

std::size_t block_size(std::string_view header) noexcept {
  return (octet_at(header, 14) << 8U) | octet_at(header, 15);
}

Result<void> check_fixed_part(std::string_view header) noexcept {
  const unsigned command = octet_at(header, 12);
  if (command != local && command != proxied) return ProxyErrc::bad_version;
  const std::size_t size = block_size(header);
  if (size > ProxyHeaderParser::longest_block) return ProxyErrc::too_long;
  // Section 2.2: the proxy speaks for itself then, and the rest means nothing.
  if (command == local) return {};
  const unsigned family = octet_at(header, 13);
  const bool is_stream = family == v4_stream || family == v6_stream || family == unix_stream;
  if (!is_stream && family != unspecified) return ProxyErrc::bad_family;
  if (size < addresses_size(family)) return ProxyErrc::too_short;
  return {};
}

Result<ProxyHeader> read_block(std::string_view header) {
  ProxyHeader result;
  if (octet_at(header, 12) == local) {
    result.is_local = true;
    return result;
  }
  const unsigned family = octet_at(header, 13);
  const std::size_t size = addresses_size(family);
  if (size > 0) result.addresses = read_addresses(family, header.substr(fixed_part, size));
  if (Result<void> read = read_fields(header, fixed_part + size, result); !read) {
    return read.error();
  }
  return result;
}

}  // namespace quoth::net::proxy
