#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quoth::auth {

/// Whether code points that Unicode 3.2 does not know may stand in a string (RFC 3454 §7).
enum class Unassigned : std::uint8_t {
  refused,  ///< In what is stored.
  allowed,  ///< In what is asked for.
};

/// Of a longer text nothing is made.
inline constexpr std::size_t max_saslprep_bytes = 1024;

/// `text` as SASLprep has it (RFC 4013), so that two ways to write one name or password are the
/// same octets. None: it is not UTF-8, or holds what is prohibited there,
/// or is too long. May be empty, even if `text` is not.
[[nodiscard]] std::optional<std::string> saslprep(std::string_view text, Unassigned unassigned);

}  // namespace quoth::auth
