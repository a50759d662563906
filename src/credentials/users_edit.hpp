#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <quoth/result.hpp>

#include "credentials/user.hpp"
#include "credentials/users_file.hpp"

namespace quoth::credentials {

/// The text of a users file with this user in it: in the place of his old line, or at the end. All
/// else stays as it is.
[[nodiscard]] std::string with_user(std::string_view text, const User& user);

/// The text without a user's line. None: he is not there.
[[nodiscard]] std::optional<std::string> without_user(std::string_view text, std::string_view name);

/// A change of a users file, by one process at a time: others wait in begin(). Readers see the old
/// file or the new one, nothing in between, also after a crash. All calls block.
class FileEdit {
 public:
  FileEdit(const FileEdit&) = delete;
  FileEdit& operator=(const FileEdit&) = delete;
  FileEdit(FileEdit&& other) noexcept;
  FileEdit& operator=(FileEdit&&) = delete;
  ~FileEdit();

  /// Locks the folder that the file is in, with flock(2), and reads the file. Follows symbolic
  /// links. A file that is not there is an empty one.
  [[nodiscard]] static Result<FileEdit> begin(const std::string& path);

  /// What stands in it now.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Puts `text` in its place: a new file beside it, synced, renamed, and the folder synced. Mode
  /// and owner stay as they were; a file that is new gets mode 0600. An error leaves the old file.
  [[nodiscard]] Result<void> commit(std::string_view text);

 private:
  FileEdit(int folder, std::string path) noexcept;

  [[nodiscard]] Result<void> write_new(const std::string& path, std::string_view text) const;

  int folder_;
  std::string path_;  // with no symbolic link
  std::string text_;
  std::optional<FileState> state_;
};

}  // namespace quoth::credentials
