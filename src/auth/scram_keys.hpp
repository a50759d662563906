#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "crypto/hash.hpp"

namespace quoth::auth {

/// What the keys of all users should have in common: one whom nobody knows is told these numbers,
/// and differs from others if theirs are not the same.
inline constexpr std::size_t usual_salt_bytes = 16;
inline constexpr std::uint32_t usual_iterations = 4096;

[[nodiscard]] constexpr crypto::Hash crypto_hash(ScramHash hash) noexcept {
  return hash == ScramHash::sha1 ? crypto::Hash::sha1 : crypto::Hash::sha256;
}

/// The keys of a password (RFC 5802 §3). Slow, as `iterations` says. Any thread.
/// @param password prepared by saslprep(), as what is stored.
/// @param salt random, new for each password.
/// @throws std::runtime_error if `iterations` is 0 or over 2^31 - 1.
[[nodiscard]] ScramKeys make_scram_keys(ScramHash hash, std::string_view password, std::string salt,
                                        std::uint32_t iterations = usual_iterations);

/// Whether they are of that password, prepared as above: for PLAIN and LOGIN. As slow, and as long
/// for a wrong one.
/// @throws as make_scram_keys().
[[nodiscard]] bool is_password_of(const ScramKeys& keys, ScramHash hash, std::string_view password);

/// Whether an exchange can be held against them: no key has the wrong length, nothing is missing.
[[nodiscard]] bool are_usable(const ScramKeys& keys, ScramHash hash) noexcept;

}  // namespace quoth::auth
