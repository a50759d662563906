#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/result.hpp>

#include "credentials/password_hash.hpp"
#include "credentials/user.hpp"

namespace quoth::credentials {

/// What is made of a password.
struct Recipe {
  HashKind kind = HashKind::yescrypt;
  HashCost cost = 0;
  bool has_scram = true;  ///< Keys for SHA-256 and SHA-1.
  /// What a client computes at each login, and whoever has stolen the file at each guess.
  std::uint32_t iterations = 15000;
};

/// "yescrypt", "bcrypt", "sha512"
[[nodiscard]] std::optional<HashKind> hash_kind_of_name(std::string_view name) noexcept;

/// Why nobody can have that password; empty: somebody can. It has 1 to 255 octets, since PLAIN has
/// room for no more.
[[nodiscard]] std::string_view problem_of_password(std::string_view password);
/// As SASLprep has it (RFC 4013). None: see problem_of_password().
[[nodiscard]] std::optional<std::string> prepared_password(std::string_view password);

/// Slow. `password`: prepared. An error if the cost is out of its range.
[[nodiscard]] Result<User> make_user(std::string_view name, std::string_view password,
                                     const Recipe& recipe);

/// Whether all that the user has is of that password: the hash, and the keys. Slow.
[[nodiscard]] bool fits_all(const User& user, std::string_view password);

/// "yescrypt, SCRAM-SHA-256, SCRAM-SHA-1"
[[nodiscard]] std::string kinds_text(const User& user);

}  // namespace quoth::credentials
