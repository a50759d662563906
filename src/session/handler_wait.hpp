#pragma once

#include <chrono>
#include <exception>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/decision.hpp>

#include "net/notice.hpp"

namespace quoth::session {

/// A handler that waits, run as a coroutine of its own so that the session can stop waiting for it.
/// Shared by the session and the handler's end, whichever comes later. One thread.
class HandlerWait : public std::enable_shared_from_this<HandlerWait> {
 public:
  explicit HandlerWait(const net::Executor& executor) : executor_{executor}, notice_{executor} {}

  /// Runs the handler. What it refers to must live until is_done().
  void start(Awaitable<Decision> handler);

  /// Waits until it is done, the peer is gone, or someone interrupts; at most so long.
  [[nodiscard]] Awaitable<void> wait(std::chrono::milliseconds at_most);

  /// Ends the wait.
  void interrupt() noexcept { notice_.give(); }
  /// The peer has gone away: ends the wait.
  void peer_left() noexcept;

  /// Asks the handler to stop what it waits for.
  void cancel() noexcept;

  [[nodiscard]] bool is_done() const noexcept { return is_done_; }
  [[nodiscard]] bool has_peer_left() const noexcept { return has_peer_left_; }
  /// What it threw; null: nothing.
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }
  [[nodiscard]] const Decision& decision() const noexcept { return decision_; }

 private:
  net::Executor executor_;
  net::Notice notice_;
  boost::asio::cancellation_signal cancellation_;
  std::exception_ptr error_;
  Decision decision_;
  bool is_done_ = false;
  bool has_peer_left_ = false;
};

}  // namespace quoth::session
