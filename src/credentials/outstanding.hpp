#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace quoth::credentials {

/// What still runs on other threads for somebody who must not go before it has ended. Any thread.
class Outstanding {
 public:
  Outstanding() = default;
  Outstanding(const Outstanding&) = delete;
  Outstanding& operator=(const Outstanding&) = delete;
  ~Outstanding() { wait(); }

  /// As long as the result lives, wait() waits.
  [[nodiscard]] std::shared_ptr<void> enter() {
    const std::lock_guard lock{mutex_};
    ++count_;
    return {this, [](Outstanding* self) { self->leave(); }};
  }

  void wait() {
    std::unique_lock lock{mutex_};
    ended_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  void leave() {
    const std::lock_guard lock{mutex_};
    --count_;
    ended_.notify_all();  // with the lock: whoever waits may destroy this
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t count_ = 0;
};

}  // namespace quoth::credentials
