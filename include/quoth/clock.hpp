#pragma once

#include <chrono>

namespace quoth {

/// The time of day, as it is written into header fields and log lines. A test hands in its own.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Any thread.
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const noexcept = 0;
};

/// The machine's clock. Lives as long as the program.
[[nodiscard]] const Clock& system_clock() noexcept;

}  // namespace quoth
