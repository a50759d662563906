#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <new>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "net/notice.hpp"

namespace quoth::net {

/// Counts the coroutines that run, so that an end can be waited for. One thread.
class Gate {
 public:
  explicit Gate(const Executor& executor) : executor_{executor}, emptied_{executor} {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() = default;

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// Waits until nothing runs any more. Who spawns meanwhile is waited for, too.
  [[nodiscard]] Awaitable<void> wait_until_empty() {
    while (count_ > 0) static_cast<void>(co_await emptied_.wait(std::chrono::hours{1}));
  }

  /// Runs `coroutine` on its own, counted. It must own what it uses, and must not throw: an
  /// exception ends the program.
  /// @throws std::bad_alloc Nothing runs then.
  void spawn(Awaitable<void> coroutine) {
    const auto end = [this](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
      if (--count_ == 0) emptied_.give();
    };
    ++count_;
    try {
      boost::asio::co_spawn(executor_, std::move(coroutine), end);
    } catch (const std::bad_alloc&) {
      --count_;
      throw;
    }
  }

 private:
  Executor executor_;
  Notice emptied_;
  std::size_t count_ = 0;
};

}  // namespace quoth::net
