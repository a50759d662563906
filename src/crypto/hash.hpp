#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quoth::crypto {

enum class Hash : std::uint8_t { sha1, sha256 };

/// How long a digest is.
[[nodiscard]] constexpr std::size_t digest_bytes(Hash hash) noexcept {
  return hash == Hash::sha1 ? 20 : 32;
}

/// The digest of `octets`. Any thread.
/// @throws std::runtime_error if OpenSSL has no such hash, or no memory.
[[nodiscard]] std::string digest(Hash hash, std::string_view octets);

/// The HMAC of `octets` (RFC 2104). Errors and threads as with digest().
[[nodiscard]] std::string hmac(Hash hash, std::string_view key, std::string_view octets);

}  // namespace quoth::crypto
