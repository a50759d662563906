#include "net/deadline.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/basic_waitable_timer.hpp>

namespace quoth::net {

namespace asio = boost::asio;

using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

struct Deadline::State {
  Timer timer;
  std::function<void()> on_expiry;
  SteadyClock::time_point due = SteadyClock::time_point::max();
  SteadyClock::time_point armed_for = SteadyClock::time_point::max();  // max: not armed
  bool expired = false;
};

Deadline::Deadline(const Executor& executor, std::function<void()> on_expiry)
    : state_{std::make_shared<State>(State{Timer{executor}, std::move(on_expiry)})} {}

Deadline::~Deadline() {
  state_->on_expiry = nullptr;
  state_->due = SteadyClock::time_point::max();
  state_->timer.cancel();
}

void Deadline::arm(const std::shared_ptr<State>& state) {
  state->armed_for = state->due;
  state->timer.expires_at(state->due);
  state->timer.async_wait([state](const error_code& error) {
    if (error || state->armed_for == SteadyClock::time_point::max()) return;
    if (SteadyClock::now() < state->armed_for) return;  // armed anew before this came to run
    state->armed_for = SteadyClock::time_point::max();
    if (state->due == SteadyClock::time_point::max()) return;
    if (state->due > SteadyClock::now()) return arm(state);
    state->expired = true;
    state->due = SteadyClock::time_point::max();
    if (state->on_expiry) state->on_expiry();
  });
}

void Deadline::set(std::chrono::milliseconds time) { set(SteadyClock::now() + time); }

void Deadline::set(SteadyClock::time_point due) {
  state_->expired = false;
  state_->due = due;
  if (state_->due < state_->armed_for) arm(state_);
}

void Deadline::hasten(SteadyClock::time_point due) {
  if (state_->due == SteadyClock::time_point::max() || state_->due <= due) return;
  state_->due = due;
  if (state_->due < state_->armed_for) arm(state_);
}

void Deadline::clear() noexcept {
  state_->expired = false;
  state_->due = SteadyClock::time_point::max();
}

bool Deadline::has_expired() const noexcept { return state_->expired; }

}  // namespace quoth::net
