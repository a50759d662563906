#pragma once

#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"

/// Lines of replies as clients read them that share nothing with the server (RFC 5321 §4.2).
namespace quoth::reply_line {

inline constexpr std::size_t code_size = 3;
inline constexpr std::size_t max_octets = 512;  ///< With its CRLF (RFC 5321 §4.5.3.1.5).

/// Reply-code = %x32-35 %x30-35 %x30-39 at the beginning of `line`. 0: there is none.
[[nodiscard]] constexpr unsigned code_of(std::string_view line) noexcept {
  if (line.size() < code_size) return 0;
  if (line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '5') return 0;
  if (!ascii::is_digit(line[2])) return 0;
  const auto digit = [line](std::size_t at) { return static_cast<unsigned>(line[at] - '0'); };
  return (digit(0) * 100) + (digit(1) * 10) + digit(2);
}

/// Whether more lines of the same reply follow (RFC 5321 §4.2.1).
[[nodiscard]] constexpr bool continues(std::string_view line) noexcept {
  return line.size() > code_size && line[code_size] == '-' && code_of(line) != 0;
}

}  // namespace quoth::reply_line
