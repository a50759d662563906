#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// Whom the program becomes once it has opened what needs a privilege.
struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string group{};  ///< The name of `gid`; its number, if it has none.
};

/// From here on no program that is started can gain privileges, such as by a setuid bit.
/// @throws Failure if the system refuses.
void give_up_new_privileges();

[[nodiscard]] bool runs_as_root() noexcept;

/// Looks the user up.
/// @throws Failure if there is none, if it is root, or if this process can never become it.
[[nodiscard]] User find_user(const std::string& name);

/// Gives the files of our own Unix sockets to `user`, who is to take them away at the end.
/// @throws Failure naming the file.
void hand_over_sockets(const Config& config, const User& user);

/// Becomes `user` with its groups, for good, and checks that there is no way back. Nothing happens
/// if the process is that user already. Before any thread is started, so that none is left behind.
/// @throws Failure if anything of it fails; then the process must end.
void become(const User& user);

/// Checks that mail can be stored by the user that the process now is: the folder of each route, up
/// to its first placeholder, can be written to or made.
/// @throws Failure naming the folder.
void check_mail_folders(const Config& config, const User& user);

/// The files of certificates, keys and users that the user the process now is cannot read, each
/// with what to do, in a line. What is in memory stays in use; new files could not be read.
[[nodiscard]] std::vector<std::string> unreadable_files(const Config& config, const User& user);

/// The folder of "maildir:/var/mail/{domain}/{local}" that does not depend on the recipient:
/// "/var/mail". Empty: the route has none.
[[nodiscard]] std::string fixed_folder(const std::string& via);

}  // namespace quoth::app
