#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <quoth/awaitable.hpp>

namespace quoth::support {

/// Waits on a timer, as a handler waits for a database. Throws system_error when it is cancelled.
[[nodiscard]] Awaitable<void> pause(std::chrono::milliseconds time);

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
