#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>
#include <quoth/awaitable.hpp>
#include <quoth/log.hpp>
#include <quoth/users_file.hpp>

#include "credentials/hashing.hpp"
#include "credentials/recent_keys.hpp"
#include "credentials/users_file.hpp"

namespace quoth::credentials {

/// The users of a file, for all servers of a process that want them: one queue for the hashes, and
/// one memory of who has logged in, and from where. Any thread.
class UserStore {
 public:
  /// @throws std::invalid_argument without a path.
  explicit UserStore(const UsersFileOptions& options);

  /// Reads the file, the first time that it is called. Blocks.
  /// @throws std::runtime_error with all that is wrong.
  void start(Log& log);

  [[nodiscard]] UsersFile& file() noexcept { return file_; }

  /// `address`: of the client. `until` is held until nothing of the caller is used any more;
  /// `login` is the caller's.
  [[nodiscard]] Awaitable<Verdict> check(std::string address, const auth::Password& login,
                                         std::shared_ptr<void> until);

  /// What a proof is held against; made up for who has no keys.
  [[nodiscard]] auth::ScramKeys keys_of(const auth::ScramUser& who) const;

  /// The user has logged in from there, however he did it: from now on he, and that network, are
  /// no strangers.
  void remember_place(std::string_view address, std::string_view user);

 private:
  [[nodiscard]] auth::ScramKeys made_up_keys(const Users& users, const auth::ScramUser& who) const;
  [[nodiscard]] Standing standing_of(std::string_view network, std::string_view user);

  UsersFile file_;
  std::mutex start_mutex_;
  bool is_started_ = false;
  RecentKeys logins_;    // name, line and password of those who were right
  RecentKeys places_;    // networks, and users in them, that somebody has logged in from
  RecentKeys suspects_;  // networks that a wrong password has come from
  const std::string secret_;
  Hashing hashing_;
};

}  // namespace quoth::credentials
