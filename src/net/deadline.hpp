#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "net/stream.hpp"

namespace quoth::net {

/// One watchdog for all waits of a session. Moving it costs an assignment: the timer behind it is
/// touched only when it fires too early, or has to fire earlier.
class Deadline {
 public:
  /// `on_expiry` runs on the executor's thread, never after the destructor.
  Deadline(const Executor& executor, std::function<void()> on_expiry);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// Expires after `time` from now, unless it is moved before.
  void set(std::chrono::milliseconds time);
  /// The same for a moment, where the caller has looked at the clock already.
  void set(std::chrono::steady_clock::time_point due);
  /// Moves it to `due`, if it would expire later. One that is clear, or has expired, stays so.
  void hasten(std::chrono::steady_clock::time_point due);
  /// Does not expire until it is set again.
  void clear() noexcept;
  /// Whether it has expired since it was last set.
  [[nodiscard]] bool has_expired() const noexcept;

 private:
  struct State;
  static void arm(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;  // shared with the timer's handler, which may be late
};

}  // namespace quoth::net
