#include "apps/quoth/privileges.hpp"

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"

namespace quoth::app {
namespace {

constexpr std::string_view how_to_start =
    "Start it as root, and it becomes that user; or start it as that user, without `user`.";

[[noreturn]] void fail_to_become(const User& user, std::string_view what, int error) {
  throw Failure{
      fmt::format("cannot become the user `{}`: {}: {}", user.name, what, system_message(error)),
      "In a container, grant CAP_SETUID and CAP_SETGID.", ExitCode::no_permission};
}

bool is_already(const User& user) noexcept {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  return ::getresuid(&real, &effective, &saved) == 0 && real == user.uid && effective == user.uid &&
         saved == user.uid;
}

bool has_group(const User& user) noexcept {
  gid_t real = 0;
  gid_t effective = 0;
  gid_t saved = 0;
  return ::getresgid(&real, &effective, &saved) == 0 && real == user.gid && effective == user.gid &&
         saved == user.gid;
}

/// Whether the process can be root again, or has a group of root's.
bool has_a_way_back() noexcept {
  return ::setuid(0) == 0 || ::seteuid(0) == 0 || ::setresuid(0, 0, 0) == 0 || ::setgid(0) == 0 ||
         ::setegid(0) == 0;
}

std::filesystem::path nearest_existing(std::filesystem::path folder) {
  std::error_code ignored;
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder.empty() ? "." : folder;
}

bool is_writable(const std::filesystem::path& folder) noexcept {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

std::string group_name(gid_t gid) {
  const group* const found = ::getgrgid(gid);  // NOLINT(concurrency-mt-unsafe): no sessions yet
  return found == nullptr ? std::to_string(gid) : found->gr_name;
}

/// The files that are read again while the server runs.
std::set<std::string> files_to_read_again(const Config& config) {
  std::set<std::string> files;
  bool has_tls = false;
  for (const Listener& listener : config.listeners) {
    has_tls = has_tls || listener.tls != TlsMode::off;
    files.insert(listener.auth.users_file);
  }
  if (has_tls) {
    files.insert(config.tls.client_authorities);
    for (const CertificateFiles& pair : config.tls.certificates) {
      files.insert(pair.certificate);
      files.insert(pair.key);
    }
  }
  files.erase("");
  return files;
}

}  // namespace

void give_up_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return;
  throw Failure{fmt::format("cannot give up new privileges: {}", system_message(errno)), "",
                ExitCode::os};
}

bool runs_as_root() noexcept { return ::geteuid() == 0; }

User find_user(const std::string& name) {
  errno = 0;
  const passwd* const found =
      ::getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): no threads yet
  if (found == nullptr) {
    throw Failure{fmt::format("there is no user `{}`", escaped_line(name)),
                  "To make one:  useradd --system --no-create-home --shell /usr/sbin/nologin quoth",
                  ExitCode::config};
  }
  User user{.name = name, .uid = found->pw_uid, .gid = found->pw_gid};
  user.group = group_name(user.gid);
  if (user.uid == 0) {
    throw Failure{fmt::format("`user` is `{}`, who is root", escaped_line(name)),
                  "Name a user of quoth's own, who may do nothing else.", ExitCode::config};
  }
  if (!runs_as_root() && !is_already(user)) {
    throw Failure{fmt::format("only root can become the user `{}`", escaped_line(name)),
                  how_to_start, ExitCode::no_permission};
  }
  return user;
}

void hand_over_sockets(const Config& config, const User& user) {
  if (!runs_as_root()) return;
  constexpr std::string_view prefix = "unix:";
  for (const Listener& listener : config.listeners) {
    for (const std::string& address : listener.listen) {
      if (!address.starts_with(prefix)) continue;
      const std::string path = address.substr(prefix.size());
      if (::lchown(path.c_str(), user.uid, user.gid) == 0) continue;
      throw Failure{fmt::format("cannot give {} to the user `{}`: {}", escaped_line(path),
                                user.name, system_message(errno)),
                    "", ExitCode::no_permission};
    }
  }
}

void become(const User& user) {
  if (!is_already(user)) {
    // The order counts: groups can be changed by root alone.
    if (::initgroups(user.name.c_str(), user.gid) != 0) fail_to_become(user, "its groups", errno);
    if (::setresgid(user.gid, user.gid, user.gid) != 0) fail_to_become(user, "its group", errno);
    if (::setresuid(user.uid, user.uid, user.uid) != 0) fail_to_become(user, "its id", errno);
    if (!has_group(user)) fail_to_become(user, "its group has not changed", EPERM);
  }
  if (!is_already(user)) fail_to_become(user, "its id has not changed", EPERM);
  if (has_a_way_back()) fail_to_become(user, "root would be in reach again", EPERM);
}

std::string fixed_folder(const std::string& via) {
  constexpr std::string_view prefix = "maildir:";
  if (!via.starts_with(prefix)) return {};
  std::string path = via.substr(prefix.size());
  const std::size_t placeholder = path.find('{');
  if (placeholder == std::string::npos) return path;
  const std::size_t slash = path.rfind('/', placeholder);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_mail_folders(const Config& config, const User& user) {
  for (const MailRoute& route : config.routes) {
    const std::string folder = fixed_folder(route.via);
    if (folder.empty()) continue;
    const std::filesystem::path nearest = nearest_existing(folder);
    if (is_writable(nearest)) continue;
    throw Failure{
        fmt::format("the user `{}` cannot store mail in {}", user.name, escaped_line(folder)),
        fmt::format("Give it the folder:  install -d -o {} -m 0700 {}", user.name,
                    escaped_line(folder)),
        ExitCode::no_permission};
  }
}

std::vector<std::string> unreadable_files(const Config& config, const User& user) {
  std::vector<std::string> result;
  for (const std::string& file : files_to_read_again(config)) {
    if (::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0) continue;
    const int error = errno;
    result.push_back(fmt::format(
        "the user `{}` cannot read {}: {}; changes of it will not be seen. "
        "chgrp {} {}; chmod 640 {}; the folders above it must let that group through (x)",
        user.name, escaped_line(file), system_message(error), user.group, escaped_line(file),
        escaped_line(file)));
  }
  return result;
}

}  // namespace quoth::app
