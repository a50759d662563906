#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

namespace quoth::credentials {

/// SCRAM keys with their mechanism, as they stand in a file.
struct NamedKeys {
  auth::ScramHash hash = auth::ScramHash::sha256;
  auth::ScramKeys keys;
};

/// Fewer are too few to slow anybody down (RFC 5802 §5.1); more would let one login take minutes.
inline constexpr std::uint32_t min_iterations = 4096;
inline constexpr std::uint32_t max_iterations = 10'000'000;
inline constexpr std::size_t max_salt_bytes = 64;

/// "SCRAM-SHA-256"
[[nodiscard]] std::string_view scram_name(auth::ScramHash hash) noexcept;

/// Reads "SCRAM-SHA-256$4096:salt$stored:server" (RFC 5803 §2). None: it is not that, or a number
/// of iterations or a key is out of its range.
[[nodiscard]] std::optional<NamedKeys> parse_scram(std::string_view text);
[[nodiscard]] std::string format_scram(auth::ScramHash hash, const auth::ScramKeys& keys);

}  // namespace quoth::credentials
