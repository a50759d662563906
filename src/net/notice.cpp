#include "net/notice.hpp"

#include <chrono>
#include <memory>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quoth::net {

namespace asio = boost::asio;

using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

struct Notice::State {
  Timer timer;
  bool given = false;
};

Notice::Notice(const Executor& executor)
    : state_{std::make_unique<State>(State{Timer{executor}})} {}

Notice::~Notice() = default;

void Notice::give() noexcept {
  state_->given = true;
  state_->timer.cancel();
}

Awaitable<bool> Notice::wait(std::chrono::milliseconds at_most) {
  if (!state_->given) {
    state_->timer.expires_after(at_most);
    const std::tuple<error_code> done =
        co_await state_->timer.async_wait(asio::as_tuple(asio::use_awaitable_t<Executor>{}));
    static_cast<void>(done);
  }
  co_return std::exchange(state_->given, false);
}

}  // namespace quoth::net
