#pragma once

#include <chrono>
#include <memory>

#include "net/stream.hpp"

namespace quoth::net {

/// Lets one coroutine wait for something that another one, or a callback, brings about. One
/// thread; destroy it only when nobody waits.
class Notice {
 public:
  explicit Notice(const Executor& executor);
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;
  ~Notice();

  /// Ends the wait that runs, or the next one.
  void give() noexcept;

  /// Waits for a notice, at most so long.
  /// @returns whether there was one.
  [[nodiscard]] Awaitable<bool> wait(std::chrono::milliseconds at_most);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quoth::net
