#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <quoth/awaitable.hpp>
#include <quoth/decision.hpp>

namespace quoth {

/// Takes `Event&` and decides at once.
template <class H, class Event>
concept PlainHandlerOf =
    std::invocable<H&, Event&> && std::convertible_to<std::invoke_result_t<H&, Event&>, Decision>;

/// Takes `Event&` and returns a coroutine of the same, since it must wait (DNS, a database).
template <class H, class Event>
concept WaitingHandlerOf = std::invocable<H&, Event&> &&
    std::same_as<std::invoke_result_t<H&, Event&>, Awaitable<Decision>>;

/// Takes an `Event&` that asks for no answer (Reset, Disconnect), at once or waiting.
template <class H, class Event>
concept ObserverOf = std::invocable<H&, Event&> &&
    (std::is_void_v<std::invoke_result_t<H&, Event&>> ||
     std::same_as<std::invoke_result_t<H&, Event&>, Awaitable<void>>);

/// Whatever can stand in the chain of `Event`: a function, a lambda, an object with operator().
///
/// One that throws is logged by name, and the client gets 451 4.3.0: a bug never loses mail. One
/// that waits longer than its deadline is cancelled with the same reply. A plain handler cannot be
/// interrupted, and holds up all sessions of its thread as long as it runs: what takes longer than
/// a moment should wait instead.
template <class H, class Event>
concept HandlerOf = (Event::is_answerable &&
                     (PlainHandlerOf<H, Event> || WaitingHandlerOf<H, Event>)) ||
                    (!Event::is_answerable && ObserverOf<H, Event>);

namespace event {

/// A handler of any event, its type forgotten: what stands in a chain. One of the two is set.
struct AnyHandler {
  std::function<Decision(void* event)> plain;
  std::function<Awaitable<Decision>(void* event)> waiting;
};

namespace detail {

/// Awaits an observer and decides nothing. `handler` outlives it: the chain's order holds it.
template <class Handler, class Event>
Awaitable<Decision> observe(Handler& handler, Event& event) {
  co_await handler(event);
  co_return Decision{};
}

}  // namespace detail

/// Forgets the type of `handler`.
template <class Event, HandlerOf<Event> Handler>
[[nodiscard]] AnyHandler erase(Handler handler) {
  using Returned = std::invoke_result_t<Handler&, Event&>;
  AnyHandler any;
  if constexpr (std::is_void_v<Returned>) {
    any.plain = [h = std::move(handler)](void* event) mutable -> Decision {
      std::invoke(h, *static_cast<Event*>(event));
      return std::nullopt;
    };
  } else if constexpr (std::same_as<Returned, Awaitable<void>>) {
    any.waiting = [h = std::move(handler)](void* event) mutable {
      return detail::observe(h, *static_cast<Event*>(event));
    };
  } else if constexpr (std::same_as<Returned, Awaitable<Decision>>) {
    any.waiting = [h = std::move(handler)](void* event) mutable {
      return std::invoke(h, *static_cast<Event*>(event));
    };
  } else {
    any.plain = [h = std::move(handler)](void* event) mutable -> Decision {
      return std::invoke(h, *static_cast<Event*>(event));
    };
  }
  return any;
}

}  // namespace event
}  // namespace quoth
