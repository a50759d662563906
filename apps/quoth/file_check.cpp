#include "apps/quoth/file_check.hpp"

#include <cerrno>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "apps/quoth/failure.hpp"

namespace quoth::app {
namespace {

std::string advice_for(int error) {
  if (error == EACCES) return "the user that quoth runs as must be able to read it";
  if (error == EISDIR) return "expected a file";
  return "a path that does not begin with \"/\" begins where quoth was started";
}

int error_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno;
  struct stat facts {};
  const int error = ::fstat(file, &facts) < 0 ? errno : S_ISDIR(facts.st_mode) ? EISDIR : 0;
  ::close(file);
  return error;
}

}  // namespace

std::string problem_of_file(const std::string& path) {
  const int error = error_of_file(path);
  return error == 0 ? std::string{} : system_message(error);
}

bool check_file(const std::string& path, std::string_view key, Region where,
                Diagnostics& diagnostics) {
  const int error = path.empty() ? ENOENT : error_of_file(path);
  if (error == 0) return true;
  diagnostics.error(fmt::format("cannot read `{}`: {}", key, system_message(error)), where,
                    advice_for(error));
  return false;
}

void check_secret(const std::string& path, std::string_view key, Region where,
                  Diagnostics& diagnostics) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) < 0 || (facts.st_mode & S_IROTH) == 0) return;
  diagnostics.warning(fmt::format("everybody on this machine can read `{}`", key), where,
                      "chmod o-rwx, and chgrp to the group that quoth runs as");
}

}  // namespace quoth::app
