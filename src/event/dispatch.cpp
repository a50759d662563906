#include "event/dispatch.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/assert.hpp>

#include "event/handler_counts.hpp"

namespace quoth::event {

Dispatch::Progress Dispatch::run() {
  while (!decision_ && index_ < order_->places().size()) {
    const Place& place = order_->places()[index_];
    if (!place.is_enabled) {
      ++index_;
      continue;
    }
    if (place.handler == nullptr) return Progress::at_default;
    called_at_ = Stopwatch::now();
    if (place.handler->waiting) return Progress::must_wait;
    call(place);
  }
  return decision_ ? Progress::answered : Progress::passed;
}

/// The one place where what a handler throws is caught.
void Dispatch::call(const Place& place) {
  try {
    resume(place.handler->plain(event_));
  } catch (...) {
    fail(describe(std::current_exception()));
  }
}

std::optional<Awaitable<Decision>> Dispatch::start_waiting() {
  QUOTH_ASSERT(index_ < order_->places().size());
  try {
    return order_->places()[index_].handler->waiting(event_);
  } catch (...) {
    fail(describe(std::current_exception()));
    return std::nullopt;
  }
}

void Dispatch::resume(Decision decision) {
  decision_ = std::move(decision);
  settle(order_->places()[index_]);
  if (!decision_) ++index_;
}

void Dispatch::fail(std::string_view why) {
  failures_->handler_failed(handler(), why);
  abandon();
}

void Dispatch::abandon() {
  has_failed_ = true;
  if (!is_answerable_) return resume(pass());
  resume(smtp::Reply{smtp::code::local_error, "4.3.0 internal error, try again later"});
}

void Dispatch::settle(const Place& place) noexcept {
  const bool is_timed = place.handler != nullptr;
  const auto time = is_timed ? Stopwatch::now() - called_at_ : Stopwatch::duration{0};
  place.counts->add(decision_.has_value(), time);
}

std::string describe(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace quoth::event
