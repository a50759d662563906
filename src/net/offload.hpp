#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/stream.hpp"

namespace quoth::net {

/// Threads for what blocks: syncs, files, password hashes.
using BlockingPool = boost::asio::thread_pool;

namespace detail {

/// Runs `work` and hands what it returned, or threw, to `handler` on the handler's own executor.
template <class Value, class Handler, class Work>
void run_for(Handler handler, Work work) {
  Value value{};
  std::exception_ptr error;
  try {
    value = work();
  } catch (...) {
    error = std::current_exception();
  }
  const auto executor = boost::asio::get_associated_executor(handler);
  boost::asio::post(executor, [h = std::move(handler), error, v = std::move(value)]() mutable {
    std::move(h)(error, std::move(v));
  });
}

}  // namespace detail

/// Runs `work` on a thread of `pool` and returns what it returns; what it throws comes out here.
/// Cannot be cancelled: the coroutine stays until the work is done, so the work may refer to what
/// the coroutine owns.
template <class Work>
[[nodiscard]] Awaitable<std::invoke_result_t<Work&>> offload(BlockingPool& pool, Work work) {
  using Value = std::invoke_result_t<Work&>;
  using Token = boost::asio::use_awaitable_t<Executor>;
  auto start = [&pool](auto handler, Work job) {
    // The host's io_context must not run dry while the work goes on elsewhere.
    auto alive = boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                     boost::asio::execution::outstanding_work.tracked);
    boost::asio::post(pool, [alive, h = std::move(handler), j = std::move(job)]() mutable {
      detail::run_for<Value>(std::move(h), std::move(j));
    });
  };
  Token token;
  Value value = co_await boost::asio::async_initiate<Token, void(std::exception_ptr, Value)>(
      start, token, std::move(work));
  co_return value;
}

}  // namespace quoth::net
