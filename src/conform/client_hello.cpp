#include "conform/client_hello.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quoth::conform {
namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t ssl3 = 0x0300;
constexpr std::uint16_t tls1 = 0x0301;

std::string number(std::size_t value, std::size_t octets) {
  std::string result;
  for (std::size_t i = octets; i-- > 0;) result += static_cast<char>((value >> (8 * i)) & 0xffU);
  return result;
}

/// A vector of TLS: its length in so many octets, then what it holds.
std::string counted(std::size_t octets, std::string_view content) {
  return number(content.size(), octets).append(content);
}

std::string extension(std::uint16_t type, std::string_view content) {
  return number(type, 2) + counted(2, content);
}

/// RFC 5246 §7.4.1.4, RFC 6066 §3, RFC 8422 §5.1.
std::string extensions_of(const ClientHello& hello) {
  std::string all;
  if (hello.server_name) {
    all += extension(0, counted(2, std::string(1, '\0') + counted(2, *hello.server_name)));
  }
  all += extension(10, counted(2, "\0\x1d\0\x17\0\x18"sv));        // groups
  all += extension(11, counted(1, "\0"sv));                        // points, uncompressed
  all += extension(13, counted(2, "\4\3\4\1\5\1\6\1\2\1\2\3"sv));  // signatures
  return counted(2, all);
}

}  // namespace

std::string ClientHello::octets() const {
  // ECDHE and RSA with AES, in CBC and GCM, and 3DES: what each version has in common.
  static constexpr std::uint16_t usual[] = {0xc02f, 0xc02b, 0xc013, 0xc009, 0xc014,
                                            0xc00a, 0x009c, 0x002f, 0x0035, 0x000a};
  std::string suites;
  if (ciphers.empty()) {
    for (const std::uint16_t each : usual) suites += number(each, 2);
  }
  for (const std::uint16_t each : ciphers) suites += number(each, 2);
  std::string body = number(version, 2);
  body += "quoth conform hello, 32 octets.."sv;  // random enough for what ends here
  body += counted(1, {});
  body += counted(2, suites);
  body += counted(1, "\0"sv);  // no compression
  if (version != ssl3) body += extensions_of(*this);
  const std::string message = "\1" + counted(3, body);
  return "\x16" + number(version == ssl3 ? ssl3 : tls1, 2) + counted(2, message);
}

}  // namespace quoth::conform
