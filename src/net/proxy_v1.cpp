// Version 1 of the PROXY protocol: one line of text (section 2.1 of its specification).
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/ascii.hpp"
#include "net/proxy_header.hpp"
#include "net/proxy_versions.hpp"

namespace quoth::net::proxy {
namespace {

constexpr std::string_view tcp4 = "PROXY TCP4 ";
constexpr std::string_view tcp6 = "PROXY TCP6 ";
constexpr std::string_view unknown = "PROXY UNKNOWN";

/// The fields behind the family: two addresses and two ports, parted by one space each.
constexpr std::size_t field_count = 4;
using Sizes = std::array<std::size_t, field_count>;
constexpr Sizes shortest_of_v4{7, 7, 1, 1};  // "0.0.0.0"
constexpr Sizes shortest_of_v6{2, 2, 1, 1};  // "::"

bool agree(std::string_view octets, std::string_view beginning) noexcept {
  const std::size_t size = std::min(octets.size(), beginning.size());
  return octets.substr(0, size) == beginning.substr(0, size);
}

std::optional<std::uint16_t> read_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  const bool is_decimal = !text.empty() && std::ranges::all_of(text, ascii::is_digit);
  const bool has_zeros = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || stop != end || !is_decimal || has_zeros) return std::nullopt;
  return port;
}

/// inet_pton() is as strict as is wanted: four decimal numbers without zeros before them, and for
/// IPv6 no scope.
std::optional<ProxyHeader::Endpoint> read_endpoint(int family, std::string_view address,
                                                   std::string_view port) {
  const std::optional<std::uint16_t> number = read_port(port);
  const bool has_nul = address.find('\0') != std::string_view::npos;
  if (!number || has_nul) return std::nullopt;
  const std::string text{address};
  if (family == AF_INET) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(*number);
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) != 1) return std::nullopt;
    return ProxyHeader::Endpoint{&v4, sizeof v4};
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(*number);
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  return ProxyHeader::Endpoint{&v6, sizeof v6};
}

/// The fields of "source destination sport dport"; none if there are not four.
std::optional<std::array<std::string_view, field_count>> split(std::string_view text) noexcept {
  std::array<std::string_view, field_count> fields;
  for (std::size_t i = 0; i < field_count; ++i) {
    const std::size_t space = text.find(' ');
    const bool is_last = i + 1 == field_count;
    if ((space == std::string_view::npos) != is_last) return std::nullopt;
    fields[i] = text.substr(0, space);
    if (!is_last) text.remove_prefix(space + 1);
  }
  return fields;
}

}  // namespace

bool may_be_line(std::string_view octets) noexcept {
  if (agree(octets, tcp4) || agree(octets, tcp6)) return true;
  if (!agree(octets, unknown)) return false;
  if (octets.size() <= unknown.size()) return true;
  const char next = octets[unknown.size()];
  return next == ' ' || next == '\r';
}

std::size_t missing_of_line(std::string_view begin) noexcept {
  if (begin.ends_with('\r')) return 1;
  constexpr std::size_t line_end = 2;
  if (begin.starts_with(unknown)) return line_end;
  const Sizes& shortest = begin.starts_with(tcp4) ? shortest_of_v4 : shortest_of_v6;
  const std::string_view rest = begin.substr(tcp4.size());
  const auto spaces = static_cast<std::size_t>(std::ranges::count(rest, ' '));
  if (spaces >= field_count) return line_end;
  const std::size_t present = rest.size() - (rest.rfind(' ') + 1);
  std::size_t missing = shortest[spaces] - std::min(present, shortest[spaces]);
  for (std::size_t i = spaces + 1; i < field_count; ++i) missing += 1 + shortest[i];
  return missing + line_end;
}

Result<ProxyHeader> read_line(std::string_view line) {
  if (!line.ends_with("\r\n")) return ProxyErrc::bad_line;
  line.remove_suffix(2);
  if (std::ranges::any_of(line, ascii::is_control)) return ProxyErrc::bad_line;
  // Section 2.1: what stands behind UNKNOWN is to be ignored.
  if (line.starts_with(unknown)) return ProxyHeader{};
  const int family = line.starts_with(tcp4) ? AF_INET : AF_INET6;
  const auto fields = split(line.substr(tcp4.size()));
  if (!fields) return ProxyErrc::bad_line;
  const auto client = read_endpoint(family, (*fields)[0], (*fields)[2]);
  const auto server = read_endpoint(family, (*fields)[1], (*fields)[3]);
  if (!client || !server) return ProxyErrc::bad_line;
  ProxyHeader header;
  header.addresses = {*client, *server};
  return header;
}

}  // namespace quoth::net::proxy
