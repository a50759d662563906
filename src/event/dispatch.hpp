#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/chain.hpp>

namespace quoth::event {

/// Hears of handlers that fail.
class FailureListener {
 public:
  virtual void handler_failed(std::string_view handler, std::string_view why) noexcept = 0;

 protected:
  ~FailureListener() = default;
};

/// One run of an event through its chain. Plain handlers run in run(); at one that waits it stops,
/// so that the caller can await it, and at a verb's default, which is the caller's own business. So
/// an event whose handlers do not wait makes no coroutine, and one without handlers costs a branch.
///
///   run() -> answered    reply() ends the chain
///         -> passed      nobody answered
///         -> must_wait   await start_waiting(), then resume() or fail(), then run() again
///         -> at_default  find the default's reply, then resume(), then run() again
class Dispatch {
 public:
  enum class Progress : std::uint8_t { answered, passed, must_wait, at_default };

  Dispatch() = default;
  /// Runs `event` through `order`. All is borrowed and must outlive the dispatch.
  template <class Event>
  Dispatch(const Order& order, Event& event, FailureListener& failures) noexcept
      : order_{&order},
        event_{&event},
        failures_{&failures},
        is_answerable_{Event::is_answerable} {}

  [[nodiscard]] Progress run();

  /// Calls the handler that waits. None: it threw before it waited, and has failed; run() again.
  /// @pre run() said must_wait.
  [[nodiscard]] std::optional<Awaitable<Decision>> start_waiting();

  /// What the handler decided that run() stopped at.
  void resume(Decision decision);

  /// The handler that run() stopped at threw, or was cancelled since it took too long: the listener
  /// is told, and the client gets 451 4.3.0. An event that asks for no answer goes on to the next
  /// handler.
  void fail(std::string_view why);
  /// The same, but nothing is to be told: whoever it was for has gone.
  void abandon();

  /// Whether the reply is there because a handler failed, not because one decided.
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
  /// Whether the event takes a reply.
  [[nodiscard]] bool is_answerable() const noexcept { return is_answerable_; }
  /// The reply that ended the chain. @pre run() said answered.
  [[nodiscard]] const smtp::Reply& reply() const noexcept { return *decision_; }
  /// The same, or none as long as nobody has answered.
  [[nodiscard]] const Decision& decision() const noexcept { return decision_; }
  /// The handler it came from, or the one that is waited for.
  [[nodiscard]] const std::string& handler() const noexcept {
    return order_->places()[index_].name;
  }

 private:
  using Stopwatch = std::chrono::steady_clock;

  void call(const Place& place);
  void settle(const Place& place) noexcept;

  const Order* order_ = nullptr;
  void* event_ = nullptr;
  FailureListener* failures_ = nullptr;
  std::size_t index_ = 0;
  Decision decision_;
  Stopwatch::time_point called_at_;
  bool is_answerable_ = true;
  bool has_failed_ = false;
};

/// What an exception says, for the log. Never throws.
[[nodiscard]] std::string describe(const std::exception_ptr& error) noexcept;

}  // namespace quoth::event
