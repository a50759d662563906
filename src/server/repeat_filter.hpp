#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quoth::server {

/// Keeps the same complaint of one peer from filling the log: it is told the first time, then at
/// the 2nd, 4th, 8th … time in a row.
class RepeatFilter {
 public:
  /// @returns whether to tell it now.
  [[nodiscard]] bool should_tell(std::string_view complaint) {
    if (complaint != last_) {
      last_ = complaint;
      count_ = 0;
    }
    ++count_;
    return (count_ & (count_ - 1)) == 0;
  }

  /// How often in a row, this time included.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  std::string last_;
  std::uint64_t count_ = 0;
};

}  // namespace quoth::server
