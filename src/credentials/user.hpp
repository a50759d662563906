#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/auth.hpp>

namespace quoth::credentials {

/// Somebody who may log in, and what his password is held against.
struct User {
  std::string name;  ///< As SASLprep has it (RFC 4013).
  std::string hash;  ///< Of crypt(3); empty: none.
  std::optional<auth::ScramKeys> sha256;
  std::optional<auth::ScramKeys> sha1;

  /// Null: he has none of that hash.
  [[nodiscard]] const auth::ScramKeys* keys(auth::ScramHash of) const noexcept {
    const std::optional<auth::ScramKeys>& found = of == auth::ScramHash::sha1 ? sha1 : sha256;
    return found ? &*found : nullptr;
  }
};

/// PLAIN has room for no longer name in the limits of a command line (RFC 4616 §2).
inline constexpr std::size_t max_name_bytes = 255;

/// A line with all that it can hold is much shorter.
inline constexpr std::size_t max_line_bytes = 4096;

/// A name as it stands in a users file. None: it is none, see problem_of_name().
[[nodiscard]] std::optional<std::string> prepared_name(std::string_view name);
/// Why a name can be none; empty: it is one.
[[nodiscard]] std::string_view problem_of_name(std::string_view name);

/// What is wrong with a line. Shows no part of the line but a name: the rest is secret.
struct LineError {
  std::size_t column = 1;  ///< In octets, from 1.
  std::string message;
  std::string advice;
};

struct NoUser {};  ///< An empty line, or a comment.

/// Reads a line of a users file, without its line end:
///
///     name:hash
///     name:hash:keys
///     name:hash:keys,keys
///
/// `hash` is one that hash_kind() knows, or "*" or nothing: no login by it. `keys` are those of a
/// SCRAM mechanism in the notation of RFC 5803 §2, "SCRAM-SHA-256$4096:salt$stored:server" with
/// Base64. A name has no ':', a hash neither, and keys have no ',', so there is one way to read it.
[[nodiscard]] std::variant<NoUser, User, LineError> parse_line(std::string_view line);

/// The line of a user, without a line end.
[[nodiscard]] std::string format_line(const User& user);

}  // namespace quoth::credentials
