#include "credentials/users_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/system/error_code.hpp>
#include <fmt/format.h>

namespace quoth::credentials {
namespace {

error_code errno_code(int error) noexcept { return {error, boost::system::generic_category()}; }

FileState state_of(const struct stat& info) noexcept {
  return {info.st_dev,  info.st_ino,  info.st_size, info.st_mtim,
          info.st_ctim, info.st_mode, info.st_uid,  info.st_gid};
}

bool equal(const timespec& a, const timespec& b) noexcept {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/// Closes a descriptor that was only read from.
class Closer {
 public:
  explicit Closer(int fd) noexcept : fd_{fd} {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() { ::close(fd_); }

 private:
  int fd_;
};

/// Up to a little more than is allowed, so that too much shows.
Result<std::string> read_all(int fd) {
  constexpr std::size_t step = std::size_t{1} << 16U;
  std::string text;
  while (true) {
    const std::size_t size = text.size();
    if (size > max_file_bytes) return errno_code(EFBIG);
    text.resize(size + step);
    ssize_t count = 0;
    do {
      count = ::read(fd, text.data() + size, step);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno_code(errno);
    text.resize(size + static_cast<std::size_t>(count));
    if (count == 0) return text;
  }
}

std::string problem_lines(std::string_view path, const std::vector<Problem>& problems) {
  std::string lines;
  for (const Problem& problem : problems) {
    if (!lines.empty()) lines += '\n';
    lines += problem_text(path, problem);
  }
  return lines;
}

/// What to do about a file that cannot be read; empty: nobody knows.
std::string advice_for(const error_code& error, const std::string& path) {
  if (error == errno_code(ENOENT)) {
    return fmt::format("; `quoth passwd add NAME --file {}` makes one", path);
  }
  if (error != errno_code(EACCES)) return {};
  return fmt::format(
      "; the user that the server runs as has to read it: chgrp GROUP {0}; chmod 640 {0}", path);
}

}  // namespace

bool operator==(const FileState& a, const FileState& b) noexcept {
  return a.device == b.device && a.inode == b.inode && a.size == b.size &&
         equal(a.modified, b.modified) && equal(a.changed, b.changed);
}

Result<FileState> file_state(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) < 0) return errno_code(errno);
  return state_of(info);
}

Result<FileText> read_file(const std::string& path) {
  // A pipe of that name must not hold us up.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno_code(errno);
  const Closer closer{fd};
  struct stat info {};
  if (::fstat(fd, &info) < 0) return errno_code(errno);
  if (S_ISDIR(info.st_mode)) return errno_code(EISDIR);
  if (!S_ISREG(info.st_mode)) return errno_code(EINVAL);
  Result<std::string> text = read_all(fd);
  if (!text) return text.error();
  return FileText{*std::move(text), state_of(info)};
}

std::string warning_of_mode(const std::string& path, const FileState& state) {
  if ((state.mode & (S_IROTH | S_IWOTH)) == 0) return {};
  const std::string_view what = (state.mode & S_IWOTH) == 0 ? "read" : "write";
  return fmt::format("{}: everybody on this machine may {} it; chmod o-rwx takes that away", path,
                     what);
}

UsersFile::UsersFile(std::string path)
    : path_{std::move(path)}, users_{std::make_shared<const Users>()} {}

UsersFile::Read UsersFile::read(const std::string& text, const FileState& state) const {
  ParsedUsers parsed = parse_users(text);
  if (!parsed.problems.empty()) return {nullptr, problem_lines(path_, parsed.problems), {}};
  return {
      std::make_shared<const Users>(std::move(parsed.users)), {}, warning_of_mode(path_, state)};
}

void UsersFile::load(Log& log) {
  const std::lock_guard lock{refresh_mutex_};
  const Result<FileText> file = read_file(path_);
  if (!file) {
    throw std::runtime_error(
        fmt::format("{}: {}{}", path_, file.error().message(), advice_for(file.error(), path_)));
  }
  const Read result = read(file->text, file->state);
  if (!result.users) throw std::runtime_error(result.problems);
  if (!result.warning.empty()) {
    log.write(LogLevel::warn, LogEvent::config_warning,
              {{"why", std::string_view{result.warning}}});
  }
  state_ = file->state;
  take(result.users);
}

std::shared_ptr<const Users> UsersFile::users() const {
  const std::lock_guard lock{users_mutex_};
  return users_;
}

void UsersFile::take(std::shared_ptr<const Users> users) {
  const std::lock_guard lock{users_mutex_};
  users_.swap(users);
}

bool UsersFile::is_due(Time now) noexcept {
  Time::rep next = next_look_.load();
  const Time::rep count = now.time_since_epoch().count();
  if (count < next) return false;
  return next_look_.compare_exchange_strong(next, (now + interval).time_since_epoch().count());
}

void UsersFile::keep_old(Log& log, const std::string& why) {
  if (why == last_complaint_) return;
  last_complaint_ = why;
  const std::string line = fmt::format("{}; the users stay as they were", why);
  log.write(LogLevel::warn, LogEvent::config_warning, {{"why", std::string_view{line}}});
}

void UsersFile::refresh(Log& log) {
  const std::lock_guard lock{refresh_mutex_};
  const Result<FileState> now = file_state(path_);
  if (now && state_ == *now) return;
  const Result<FileText> file = read_file(path_);
  if (!file) {
    state_.reset();
    return keep_old(log, fmt::format("{}: {}", path_, file.error().message()));
  }
  state_ = file->state;
  Read result = read(file->text, file->state);
  if (!result.users) return keep_old(log, result.problems);
  last_complaint_.clear();
  take(std::move(result.users));
  if (!result.warning.empty()) {
    log.write(LogLevel::warn, LogEvent::config_warning,
              {{"why", std::string_view{result.warning}}});
  }
}

}  // namespace quoth::credentials
