#include "spool/folder.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace quoth::spool {
namespace {

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  const std::size_t slash = path.rfind('/', end);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<void> make_folders(const std::string& path) {
  int made = ::mkdir(path.c_str(), 0700);
  if (made < 0 && errno == ENOENT) {
    if (Result<void> above = make_folders(parent_of(path)); !above) return above;
    made = ::mkdir(path.c_str(), 0700);
  }
  // Also if another thread has made it: its sync may be still to come.
  if (made < 0 && errno != EEXIST) return last_error();
  return sync_folder(parent_of(path));
}

Result<void> sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return last_error();
  const int synced = ::fsync(fd);
  const error_code error = synced < 0 ? last_error() : error_code{};
  ::close(fd);
  if (error) return error;
  return {};
}

Result<std::uint64_t> free_octets(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) == 0) {
    return std::uint64_t{status.f_bavail} * std::uint64_t{status.f_frsize};
  }
  if (errno != ENOENT || path == "/" || path == ".") return last_error();
  return free_octets(parent_of(path));
}

}  // namespace quoth::spool
