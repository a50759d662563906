#include "support/waiting.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quoth::support {

namespace asio = boost::asio;

namespace {

using SteadyClock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

}  // namespace

Awaitable<void> pause(std::chrono::milliseconds time) {
  const Executor executor = co_await asio::this_coro::executor;
  Timer timer{executor};
  timer.expires_after(time);
  co_await timer.async_wait(asio::use_awaitable_t<Executor>{});
}

Awaitable<Decision> Hold::decide(Decision decision) {
  struct AtEnd {
    Recorder& seen;
    ~AtEnd() { seen.add("ended"); }
  };
  const AtEnd at_end{seen_};
  seen_.add("waits");
  while (!is_over_) co_await pause(std::chrono::milliseconds{1});
  co_return decision;
}

bool wait_until(const std::function<bool()>& holds) {
  const SteadyClock::time_point end = SteadyClock::now() + std::chrono::seconds{20};
  while (!holds()) {
    if (SteadyClock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

void run(asio::io_context& io, Awaitable<void> coroutine) {
  std::exception_ptr failure;
  asio::co_spawn(io, std::move(coroutine),
                 [&](const std::exception_ptr& error) { failure = error; });
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace quoth::support
