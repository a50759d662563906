#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <quoth/clock.hpp>

namespace quoth {

/// Short strings that name sessions and messages: unique in a process, and in all its later lives,
/// as long as it makes fewer than a million a second and the clock does not go back. Digits and
/// capitals, those left out that are taken for others. Any thread.
class IdSource {
 public:
  /// `clock` is borrowed.
  explicit IdSource(const Clock& clock) noexcept : clock_{&clock} {}

  [[nodiscard]] std::string next();

 private:
  const Clock* clock_;
  std::atomic<std::uint64_t> last_{0};
};

}  // namespace quoth
