#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/result.hpp>

namespace quoth::credentials {

/// How a password is hashed, by crypt(3).
enum class HashKind : std::uint8_t {
  yescrypt,  ///< "$y$"
  bcrypt,    ///< "$2b$", "$2y$", "$2a$". Sees the first 72 octets of a password.
  sha512,    ///< "$6$"
};

/// libxcrypt takes no more, with any hash.
inline constexpr std::size_t max_password_bytes = 511;
inline constexpr std::size_t max_bcrypt_bytes = 72;

/// "yescrypt" …
[[nodiscard]] std::string_view hash_kind_name(HashKind kind) noexcept;

/// The kind of a hash that we take. None: a weaker one, one that is cut, or no hash at all.
[[nodiscard]] std::optional<HashKind> hash_kind(std::string_view hash);

/// The name of a kind of hash that we do not take, for messages; empty: nothing that is known.
[[nodiscard]] std::string_view unfit_hash_name(std::string_view hash) noexcept;

/// What stands ahead of the salt: "$y$j9T$". Hashes for which it is the same take the same time.
[[nodiscard]] std::string_view hash_cost(std::string_view hash) noexcept;

/// How dear a hash is. 0: the default, which is 5 for yescrypt (16 MiB of memory), 11 for bcrypt,
/// and 100,000 rounds for SHA-512-crypt.
using HashCost = unsigned long;

/// Hashes `password` with a salt of its own. Slow; any thread.
/// @returns an error if the cost is out of its range, or the password too long, or has a NUL.
[[nodiscard]] Result<std::string> make_hash(std::string_view password, HashKind kind,
                                            HashCost cost = 0);

/// Whether `password` is the one that was hashed. Slow: as slow as its kind and cost, whatever the
/// password is, if it has at most max_password_bytes. Any thread.
[[nodiscard]] bool verify_hash(std::string_view password, const std::string& hash);

}  // namespace quoth::credentials
