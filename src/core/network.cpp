#include <quoth/network.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace quoth {
namespace {

using Octets = std::array<std::uint8_t, 16>;

constexpr std::size_t all_bits = 128;
constexpr std::size_t bits_before_v4 = 96;
constexpr Octets mapped_zero{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(const Octets& octets) noexcept {
  return std::equal(mapped_zero.begin(), mapped_zero.begin() + 12, octets.begin());
}

/// None: it is no address. One with a scope is none: a scope means something on one machine alone.
std::optional<Octets> parse_address(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN + 1> words{};
  if (text.size() >= words.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::ranges::copy(text, words.begin());
  Octets octets = mapped_zero;
  if (::inet_pton(AF_INET, words.data(), octets.data() + 12) == 1) return octets;
  if (::inet_pton(AF_INET6, words.data(), octets.data()) == 1) return octets;
  return std::nullopt;
}

/// `octets` with all bits zero from `bits` on.
Octets masked(Octets octets, std::size_t bits) noexcept {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::size_t kept = std::clamp<std::size_t>(bits, 8 * i, 8 * i + 8) - 8 * i;
    octets.at(i) = static_cast<std::uint8_t>(octets.at(i) & (0xff00U >> kept));
  }
  return octets;
}

std::optional<std::size_t> parse_bits(std::string_view text) noexcept {
  std::size_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  const bool has_zeros = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || stop != end || has_zeros) return std::nullopt;
  return bits;
}

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw std::invalid_argument("\"" + std::string{text} + "\" is no network: " + std::string{why});
}

}  // namespace

Network Network::parse(std::string_view text) {
  Network network;
  if (text == "unix") {
    network.is_unix_ = true;
    return network;
  }
  const std::size_t slash = text.find('/');
  const std::optional<Octets> address = parse_address(text.substr(0, slash));
  if (!address) {
    fail(text, R"(expected one such as "10.0.0.0/8", "192.0.2.7", "2001:db8::/32" or "unix")");
  }
  network.base_ = *address;
  network.bits_ = all_bits;
  if (slash == std::string_view::npos) return network;
  const bool in_dots = text.substr(0, slash).find(':') == std::string_view::npos;
  const std::size_t most = in_dots ? all_bits - bits_before_v4 : all_bits;
  const std::optional<std::size_t> bits = parse_bits(text.substr(slash + 1));
  if (!bits || *bits > most) {
    fail(text, "a number from 0 to " + std::to_string(most) + " goes behind the \"/\"");
  }
  network.bits_ = in_dots ? *bits + bits_before_v4 : *bits;
  if (masked(network.base_, network.bits_) != network.base_) {
    fail(text, "there are bits set behind those of the network");
  }
  return network;
}

bool Network::is_v4() const noexcept {
  return !is_unix_ && bits_ >= bits_before_v4 && is_mapped(base_);
}

std::size_t Network::prefix_length() const noexcept {
  return is_v4() ? bits_ - bits_before_v4 : bits_;
}

bool Network::contains(std::string_view address) const noexcept {
  if (is_unix_ || address.empty()) return is_unix_ && address.empty();
  const std::optional<Octets> octets = parse_address(address.substr(0, address.find('%')));
  // "::/0" is all of IPv6, not of IPv4 as well, which lies in its mapped addresses.
  if (!octets || (bits_ < bits_before_v4 && is_mapped(*octets))) return false;
  return masked(*octets, bits_) == base_;
}

}  // namespace quoth
