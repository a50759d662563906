#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/user.hpp"

namespace quoth::credentials {

/// Somebody in a users file.
struct KnownUser {
  User user;
  /// A digest of his line: another one, once anything in it has changed.
  std::string identity;
};

/// What keys of a SCRAM mechanism look like.
struct ScramShape {
  std::uint32_t iterations = 4096;
  std::size_t salt_bytes = 16;
};

/// All users of a file at one moment. Any thread, once it is filled.
class Users {
 public:
  Users() = default;
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;
  Users(Users&&) noexcept = default;
  Users& operator=(Users&&) noexcept = default;
  ~Users() = default;

  /// False: there is one of that name already.
  [[nodiscard]] bool add(User user);

  /// By the name as SASLprep has it. Null: nobody.
  [[nodiscard]] const KnownUser* find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }
  /// By name.
  [[nodiscard]] const std::map<std::string, KnownUser, std::less<>>& all() const noexcept {
    return users_;
  }

  /// One whose password takes as long to verify as that of most users do. Whoever does not exist is
  /// measured against it, so that he takes as long.
  [[nodiscard]] const User& model() const noexcept;
  /// What the keys of most users look like.
  [[nodiscard]] ScramShape scram_shape(auth::ScramHash hash) const noexcept;

  /// What nobody outside knows and what stays as the file stays: made of the hash of the first user
  /// in it who has one, or else of everybody's keys. A user knows his own keys, but not the salt of
  /// his hash. Empty: there is neither.
  [[nodiscard]] const std::string& secret() const noexcept { return secret_; }

  /// Whether `password` is the user's, in the time that all users of this file take if they are
  /// alike. By the keys of SCRAM-SHA-256 instead of the hash where every user has such keys, of the
  /// same number of iterations: cheaper, so that more logins can be looked at, and no less secret,
  /// since whoever steals the file tries the keys. Where one lacks them, all go by their hashes;
  /// otherwise the time would tell them apart. Slow.
  [[nodiscard]] bool verify(const User& user, std::string_view password) const;

  /// Finds what the others say, once all users are in.
  void choose_models();

 private:
  void choose_secret();
  void choose_way();

  std::map<std::string, KnownUser, std::less<>> users_;
  const User* model_ = nullptr;
  ScramShape sha1_shape_;
  ScramShape sha256_shape_;
  std::string secret_;
  std::string first_hash_;  // in the order of the file
  bool goes_by_keys_ = false;
};

/// Something wrong with a users file.
struct Problem {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;
  std::string advice;
};

/// "PATH:LINE:COLUMN: message; advice"
[[nodiscard]] std::string problem_text(std::string_view path, const Problem& problem);

struct ParsedUsers {
  Users users;
  std::vector<Problem> problems;  ///< In the order of the file; at most `max_problems`.
};

inline constexpr std::size_t max_problems = 20;

/// Reads the text of a users file; lines end with LF or CRLF.
[[nodiscard]] ParsedUsers parse_users(std::string_view text);

/// Whether `password` is the user's, by his hash or, if he has none, by his SCRAM keys. Slow. False
/// for who has neither.
[[nodiscard]] bool verify_user(const User& user, std::string_view password);

/// Whether verify_user() has anything to go by.
[[nodiscard]] bool has_password(const User& user) noexcept;

}  // namespace quoth::credentials
