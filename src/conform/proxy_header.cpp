#include "conform/proxy_header.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>

namespace quoth::conform {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature = "\r\n\r\n\0\r\nQUIT\n"sv;

struct Place {
  int family = AF_UNSPEC;
  std::string address;
  unsigned port = 0;
};

Place place_of(const sockaddr_storage& storage) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  Place result;
  result.family = storage.ss_family;
  if (storage.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size());
    result.port = ntohs(in.sin_port);
  } else if (storage.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size());
    result.port = ntohs(in.sin6_port);
  }
  result.address = text.data();
  return result;
}

template <class F>
Place place_of(F name, int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (name(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return place_of(storage);
}

void append_16(std::size_t number, std::string& out) {
  out += static_cast<char>((number >> 8U) & 0xffU);
  out += static_cast<char>(number & 0xffU);
}

/// Bit by bit: the polynomial of Castagnoli, reflected.
std::uint32_t crc32c(std::string_view octets) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : octets) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

}  // namespace

std::string proxy_v1(int fd) {
  const Place source = place_of(::getsockname, fd);
  const Place target = place_of(::getpeername, fd);
  if (source.family != AF_INET && source.family != AF_INET6) return "PROXY UNKNOWN\r\n";
  return fmt::format("PROXY TCP{} {} {} {} {}\r\n", source.family == AF_INET ? 4 : 6,
                     source.address, target.address, source.port, target.port);
}

std::string proxy_v2(char command, char family, std::string_view rest) {
  std::string result{signature};
  result += command;
  result += family;
  append_16(rest.size(), result);
  return result.append(rest);
}

std::string proxy_v2_addresses() { return std::string{"\xc0\0\2\7\xc0\0\2\1\x12\x67\0\x19"sv}; }

std::string proxy_v2_with_crc(std::string_view rest, bool is_spoilt) {
  std::string all{rest};
  all.append("\x03\0\x04\0\0\0\0"sv);
  // It is taken over the header with zeros in its place.
  std::string header = proxy_v2('\x21', '\x11', all);
  const std::uint32_t crc = crc32c(header) ^ (is_spoilt ? 1U : 0U);
  header.resize(header.size() - 4);
  append_16(crc >> 16U, header);
  append_16(crc & 0xffffU, header);
  return header;
}

}  // namespace quoth::conform
