#include "core/scan.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/scan_x86.hpp"

// Theory of operation. The portable scanner looks at eight octets at a time as one number. Those of
// scan_x86.cpp look at 64. Which one is used is decided by the first call: until then
// `current` points to functions that decide. Threads that are first together decide the same.

namespace quoth {
namespace {

constexpr std::uint64_t in_each_octet(std::uint64_t octet) noexcept {
  return octet * 0x0101'0101'0101'0101U;
}

/// The highest bit of the lowest octet that is less than `bound`, at most 128; above that bit
/// others may be set for no reason. 0 if there is no such octet.
constexpr std::uint64_t less_than(std::uint64_t octets, std::uint64_t bound) noexcept {
  return (octets - in_each_octet(bound)) & ~octets & in_each_octet(0x80);
}

constexpr std::uint64_t zero(std::uint64_t octets) noexcept { return less_than(octets, 1); }

/// The first line octet among eight, from the lowest; 8 if there is none.
std::size_t find_among(std::uint64_t octets) noexcept {
  // Most text has none below 14: CR is 13.
  if (less_than(octets, 14) == 0) return 8;
  const std::uint64_t found =
      zero(octets) | zero(octets ^ in_each_octet('\r')) | zero(octets ^ in_each_octet('\n'));
  return static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

std::size_t portable_find(std::string_view text) noexcept {
  std::size_t at = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t octets{};
      std::memcpy(&octets, text.data() + at, 8);
      const std::size_t found = find_among(octets);
      if (found < 8) return at + found;
    }
  }
  while (at < text.size() && !is_line_octet(text[at])) ++at;
  return at;
}

std::size_t portable_skip(std::string_view text, std::size_t line_limit) noexcept {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.') {
    const std::size_t at = end + portable_find(text.substr(end));
    const bool is_whole = at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n';
    if (!is_whole || at + 2 - end > line_limit) break;
    end = at + 2;
  }
  return end;
}

constexpr LineScanner portable{"portable", portable_find, portable_skip};

#if defined(__x86_64__)

constexpr std::array scanners{portable, x86::sse2_scanner, x86::avx2_scanner};

std::size_t usable_count() noexcept {
  if (__builtin_cpu_supports("avx2")) return scanners.size();
  return scanners.size() - 1;
}

#else

constexpr std::array scanners{portable};

std::size_t usable_count() noexcept { return scanners.size(); }

#endif

std::size_t decide_and_find(std::string_view text) noexcept;
std::size_t decide_and_skip(std::string_view text, std::size_t line_limit) noexcept;

constexpr LineScanner undecided{"undecided", decide_and_find, decide_and_skip};

// What the processor can is the same for all.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
constinit std::atomic<const LineScanner*> current{&undecided};

const LineScanner& decide() noexcept {
  use_line_scanner(line_scanners().back());
  return line_scanners().back();
}

std::size_t decide_and_find(std::string_view text) noexcept {
  return decide().find_line_octet(text);
}

std::size_t decide_and_skip(std::string_view text, std::size_t line_limit) noexcept {
  return decide().skip_plain_lines(text, line_limit);
}

}  // namespace

std::span<const LineScanner> line_scanners() noexcept {
  return std::span{scanners}.first(usable_count());
}

void use_line_scanner(const LineScanner& scanner) noexcept {
  current.store(&scanner, std::memory_order_relaxed);  // scanners are constants
}

std::size_t find_line_octet(std::string_view text) noexcept {
  return current.load(std::memory_order_relaxed)->find_line_octet(text);
}

std::size_t skip_plain_lines(std::string_view text, std::size_t line_limit) noexcept {
  return current.load(std::memory_order_relaxed)->skip_plain_lines(text, line_limit);
}

}  // namespace quoth
