#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/result.hpp>

#include "spool/file.hpp"

namespace quoth::delivery::maildir {

/// One message on its way into one or several Maildirs. All calls block. Destroyed before deliver()
/// has succeeded, it leaves nothing behind.
///
/// A file stands in `new` only when it is whole and on stable storage: it is written in `tmp`,
/// synced, renamed, and then the folders are synced. Several Maildirs of one file system share the
/// file.
class Drop {
 public:
  Drop() = default;
  Drop(Drop&& other) noexcept;
  Drop& operator=(Drop&& other) noexcept;
  ~Drop();

  /// Makes the file in the `tmp` of `maildir`, and the Maildir itself where it is missing.
  [[nodiscard]] Result<void> open(const std::string& maildir, std::string_view hostname);
  [[nodiscard]] Result<void> write(std::string_view octets) { return file_.write(octets); }
  /// Appends what `other` holds from `offset` on.
  [[nodiscard]] Result<void> append_from(const Drop& other, std::uint64_t offset) {
    return file_.append_from(other.file_, offset);
  }

  /// Brings the file into the `new` of each of `maildirs`, which differ. On an error it is in none.
  [[nodiscard]] Result<void> deliver(const std::vector<std::string>& maildirs,
                                     std::string_view hostname);

  [[nodiscard]] bool is_open() const noexcept { return file_.is_open(); }

 private:
  struct Copy {
    std::string maildir;
    std::string name;
  };

  [[nodiscard]] Result<void> add_copy(const std::string& maildir, std::string_view hostname);
  [[nodiscard]] Result<void> copy_to(const std::string& path);
  void remove_all() noexcept;

  spool::File file_;
  Copy first_;                // the file that was written, in `tmp`
  std::vector<Copy> copies_;  // what deliver() makes of it, in `tmp` or `new`
  bool delivered_ = false;
};

}  // namespace quoth::delivery::maildir
