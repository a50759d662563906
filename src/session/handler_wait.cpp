#include "session/handler_wait.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace quoth::session {

namespace asio = boost::asio;

void HandlerWait::start(Awaitable<Decision> handler) {
  auto done = [self = shared_from_this()](const std::exception_ptr& error, Decision decision) {
    self->error_ = error;
    self->decision_ = std::move(decision);
    self->is_done_ = true;
    self->notice_.give();
  };
  asio::co_spawn(executor_, std::move(handler),
                 asio::bind_cancellation_slot(cancellation_.slot(), std::move(done)));
}

Awaitable<void> HandlerWait::wait(std::chrono::milliseconds at_most) {
  if (!is_done_) static_cast<void>(co_await notice_.wait(at_most));
}

void HandlerWait::peer_left() noexcept {
  has_peer_left_ = true;
  notice_.give();
}

void HandlerWait::cancel() noexcept { cancellation_.emit(asio::cancellation_type::all); }

}  // namespace quoth::session
