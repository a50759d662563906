#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/decision.hpp>

#include "support/recorder.hpp"

namespace quoth::support {

/// Waits on a timer, as a handler waits for a database. Throws system_error when it is cancelled.
[[nodiscard]] Awaitable<void> pause(std::chrono::milliseconds time);

/// A handler that waits until the test lets it go on. Notes "waits", and "ended" however it ends.
class Hold {
 public:
  /// `seen` is borrowed.
  explicit Hold(Recorder& seen) noexcept : seen_{seen} {}

  /// The handler's work. The hold must outlive it.
  [[nodiscard]] Awaitable<Decision> decide(Decision decision);
  /// Any thread.
  void let_go() noexcept { is_over_ = true; }

 private:
  Recorder& seen_;
  std::atomic<bool> is_over_{false};
};

/// Asks again and again until `holds` is true. @returns false if it is not after twenty seconds.
[[nodiscard]] bool wait_until(const std::function<bool()>& holds);

/// Runs `coroutine` on `io` until it ends; what it throws comes out here.
template <class T>
T run(boost::asio::io_context& io, Awaitable<T> coroutine) {
  std::exception_ptr failure;
  std::optional<T> result;
  boost::asio::co_spawn(io, std::move(coroutine), [&](const std::exception_ptr& error, T value) {
    failure = error;
    result = std::move(value);
  });
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
  return *std::move(result);
}

/// The same for one that returns nothing.
void run(boost::asio::io_context& io, Awaitable<void> coroutine);

}  // namespace quoth::support
