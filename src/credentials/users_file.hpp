#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <quoth/log.hpp>
#include <quoth/result.hpp>

#include "credentials/users.hpp"

namespace quoth::credentials {

/// A users file is read into memory.
inline constexpr std::uint64_t max_file_bytes = std::uint64_t{64} << 20U;

/// What tells one state of a file from another.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec modified{};
  timespec changed{};
  mode_t mode = 0;
  uid_t owner = 0;
  gid_t group = 0;

  friend bool operator==(const FileState& a, const FileState& b) noexcept;
};

/// Blocks.
[[nodiscard]] Result<FileState> file_state(const std::string& path);

struct FileText {
  std::string text;
  FileState state;
};

/// Reads all of it. Blocks. An error of errno; EFBIG beyond max_file_bytes.
[[nodiscard]] Result<FileText> read_file(const std::string& path);

/// What is wrong with who may read or write the file; empty: nothing.
[[nodiscard]] std::string warning_of_mode(const std::string& path, const FileState& state);

/// The users of a file that changes while they are asked for.
class UsersFile {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// How often at most the file is looked at.
  static constexpr std::chrono::seconds interval{1};

  explicit UsersFile(std::string path);

  /// Reads it for the first time. Blocks.
  /// @throws std::runtime_error with all that is wrong.
  void load(Log& log);

  /// The users as they were when last read. Never null. Any thread.
  [[nodiscard]] std::shared_ptr<const Users> users() const;

  /// Whether it is time to look at the file. True once in an interval, for one caller, who then
  /// calls refresh(). Any thread.
  [[nodiscard]] bool is_due(Time now) noexcept;

  /// Reads the file again, if it has changed. One that is broken, or gone, keeps the users, and is
  /// logged once. Blocks; any thread.
  void refresh(Log& log);

 private:
  struct Read {
    std::shared_ptr<const Users> users;  // null: it is broken
    std::string problems;
    std::string warning;
  };

  [[nodiscard]] Read read(const std::string& text, const FileState& state) const;
  void keep_old(Log& log, const std::string& why);
  void take(std::shared_ptr<const Users> users);

  const std::string path_;
  std::atomic<Time::rep> next_look_{0};
  mutable std::mutex users_mutex_;
  std::shared_ptr<const Users> users_;
  std::mutex refresh_mutex_;          // guards what follows
  std::optional<FileState> state_{};  // of what was read last, broken or not; none: it was gone
  std::string last_complaint_;
};

}  // namespace quoth::credentials
