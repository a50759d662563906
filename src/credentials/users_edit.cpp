#include "credentials/users_edit.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <boost/system/error_code.hpp>
#include <fmt/format.h>

#include "crypto/random.hpp"

namespace quoth::credentials {
namespace {

constexpr mode_t new_file_mode = S_IRUSR | S_IWUSR;
constexpr mode_t mode_bits = 07777;

error_code errno_code(int error = errno) noexcept {
  return {error, boost::system::generic_category()};
}

/// The next line of `text`, with its end, taken off it.
std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

bool is_line_of(std::string_view line, std::string_view name) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const auto read = parse_line(line);
  const auto* const user = std::get_if<User>(&read);
  return user != nullptr && user->name == name;
}

/// Puts `replacement`, which has its line end, in the place of the user's line; puts the rest into
/// `out`. @returns whether there was such a line.
bool replace_line(std::string_view text, std::string_view name, std::string_view replacement,
                  std::string& out) {
  bool is_found = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const bool is_his = is_line_of(line, name);
    if (is_his && !is_found) out += replacement;
    if (!is_his) out += line;
    is_found = is_found || is_his;
  }
  return is_found;
}

/// The path itself, past all symbolic links, of which the last may lead to what is not there yet.
Result<std::string> real_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return errno_code(error.value());
  std::filesystem::path real = std::filesystem::canonical(absolute, error);
  if (error == std::errc::no_such_file_or_directory) {
    real = std::filesystem::canonical(absolute.parent_path(), error) / absolute.filename();
  }
  if (error) return errno_code(error.value());
  return real.string();
}

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_code();
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// Gives the new file what the old one has. The owner first: a change of it takes away bits.
Result<void> copy_rights(int fd, const FileState& old) {
  struct stat info {};
  if (::fstat(fd, &info) < 0) return errno_code();
  const bool is_other = info.st_uid != old.owner || info.st_gid != old.group;
  if (is_other && ::fchown(fd, old.owner, old.group) < 0) return errno_code();
  if (::fchmod(fd, old.mode & mode_bits) < 0) return errno_code();
  return {};
}

std::string temporary_name(const std::string& path) {
  const std::filesystem::path real{path};
  std::string name = fmt::format(".{}.", real.filename().string());
  for (const char octet : crypto::random_octets(8)) {
    name += fmt::format("{:02x}", static_cast<unsigned char>(octet));
  }
  return (real.parent_path() / name).string();
}

}  // namespace

std::string with_user(std::string_view text, const User& user) {
  const std::string line = format_line(user) + '\n';
  std::string out;
  if (replace_line(text, user.name, line, out)) return out;
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return out + line;
}

std::optional<std::string> without_user(std::string_view text, std::string_view name) {
  std::string out;
  if (!replace_line(text, name, "", out)) return std::nullopt;
  return out;
}

FileEdit::FileEdit(int folder, std::string path) noexcept
    : folder_{folder}, path_{std::move(path)} {}

FileEdit::FileEdit(FileEdit&& other) noexcept
    : folder_{std::exchange(other.folder_, -1)},
      path_{std::move(other.path_)},
      text_{std::move(other.text_)},
      state_{other.state_} {}

FileEdit::~FileEdit() {
  if (folder_ >= 0) ::close(folder_);
}

Result<FileEdit> FileEdit::begin(const std::string& path) {
  const Result<std::string> real = real_path(path);
  if (!real) return real.error();
  const std::string folder = std::filesystem::path{*real}.parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno_code();
  FileEdit edit{fd, *real};
  while (::flock(fd, LOCK_EX) < 0) {
    if (errno != EINTR) return errno_code();
  }
  Result<FileText> file = read_file(edit.path_);
  if (file) {
    edit.text_ = std::move(file->text);
    edit.state_ = file->state;
  } else if (file.error().value() != ENOENT) {
    return file.error();
  }
  return edit;
}

Result<void> FileEdit::write_new(const std::string& path, std::string_view text) const {
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, new_file_mode);
  if (fd < 0) return errno_code();
  Result<void> result = write_all(fd, text);
  if (result && state_) result = copy_rights(fd, *state_);
  if (result && ::fsync(fd) < 0) result = errno_code();
  if (::close(fd) < 0 && result) result = errno_code();
  return result;
}

Result<void> FileEdit::commit(std::string_view text) {
  const std::string temporary = temporary_name(path_);
  Result<void> written = write_new(temporary, text);
  if (written && ::rename(temporary.c_str(), path_.c_str()) < 0) written = errno_code();
  if (!written) {
    if (written.error().value() != EEXIST) ::unlink(temporary.c_str());
    return written;
  }
  if (::fsync(folder_) < 0) return errno_code();
  return {};
}

}  // namespace quoth::credentials
