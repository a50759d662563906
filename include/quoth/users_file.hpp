#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <quoth/plugin.hpp>

namespace quoth {

namespace credentials {
class UserStore;
}  // namespace credentials

/// Where the users stand, and how much work their passwords may make.
struct UsersFileOptions {
  std::string path;
  /// That verify passwords. 0: half as many as there are cores, at least one.
  std::size_t threads = 0;
  /// For a password to be verified; who waits longer, or has to make room, gets 454 4.7.0.
  std::chrono::milliseconds longest_wait = std::chrono::seconds{2};
  /// Logins that are remembered, so that the next one with the same password costs no hash. 0:
  /// none.
  std::size_t remembered_logins = 4096;
  std::chrono::seconds remembered_for = std::chrono::minutes{10};
};

/// Users from a file of lines `name:hash`, as `quoth passwd` writes it and as htpasswd does; hashes
/// are yescrypt, bcrypt or SHA-512-crypt. Behind a second ':' may stand keys for SCRAM. In
/// libquoth-credentials, which needs libcrypt.
///
/// Appends the handler "users" to the chain of `Auth`, which answers for passwords and for SCRAM,
/// and passes on tokens and certificates. Passwords are verified on threads of its own; clients of
/// networks that have logged in before, by whatever mechanism, go first; a handler of `LoggedIn`
/// remembers 16,384 networks and users in them for 30 days, until the process ends. The file is
/// read again when it changes; one that is broken then keeps the users as they were, and is logged.
///
/// An unknown user gets the reply of a wrong password, after the time that the password of most
/// users takes. A user whose hash is of another kind or cost than most can be told from one who
/// does not exist by that time: give all users the same. That a user has no SCRAM keys shows
/// nowhere.
/// @throws std::invalid_argument without a path. The start fails if the file cannot be read, or has
/// a line that cannot.
[[nodiscard]] std::unique_ptr<Plugin> users_file(UsersFileOptions options);

/// The users of one file for several servers of a process: they share the threads that verify
/// passwords, the queue for them, the memory of logins, and that of networks that have logged in.
/// Any thread.
class SharedUsers {
 public:
  /// @throws std::invalid_argument without a path.
  explicit SharedUsers(UsersFileOptions options);
  SharedUsers(const SharedUsers&) = delete;
  SharedUsers& operator=(const SharedUsers&) = delete;
  ~SharedUsers();

  /// What users_file() makes, for one server more. May outlive this object.
  [[nodiscard]] std::unique_ptr<Plugin> plugin() const;

 private:
  std::shared_ptr<credentials::UserStore> store_;  // the plugins own it, too
};

}  // namespace quoth
