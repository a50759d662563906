#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>

#include "session/connection.hpp"

namespace quoth::session {
namespace {

namespace code = smtp::code;
using SteadyClock = std::chrono::steady_clock;

// After so long without input a connection gives its buffer back.
constexpr std::chrono::milliseconds silence{500};

// The memory of the thread's last replies, for the next ones. It is empty.
thread_local std::string spare_output;

}  // namespace

// ---- for the client

/// How long the client may take. A command has to be finished within its time, however it trickles
/// in; a message has that time for each piece (RFC 5321 §4.5.3.2).
Connection::SteadyTime Connection::due_from(SteadyTime now) {
  if (protocol_.state() == smtp::State::body) return text_due_from(now);
  const SteadyTime due = now + hurried(context_.options.timeouts.command);
  if (command_due_ == SteadyTime{} || due < command_due_) command_due_ = due;
  return command_due_;
}

/// The same within a message, which must make its rate on the whole; and which does not go on for
/// ever once it is refused.
Connection::SteadyTime Connection::text_due_from(SteadyTime now) const {
  const Timeouts& timeouts = context_.options.timeouts;
  const Defences& defences = context_.options.defences;
  const SteadyTime due = now + hurried(timeouts.data);
  if (message_refused_at_ != SteadyTime{}) {
    return std::min(due, message_refused_at_ + timeouts.refused_message);
  }
  return defences.data_rate ? std::min(due, rate_due()) : due;
}

/// How long the octets that came have earned the message to take.
Connection::SteadyTime Connection::rate_due() const {
  const Defences& defences = context_.options.defences;
  const std::chrono::seconds earned{protocol_.body_octets() / *defences.data_rate};
  return message_begun_at_ + hurried(defences.data_grace) + earned;
}

bool Connection::is_too_slow() const {
  const bool has_rate = context_.options.defences.data_rate.has_value();
  return protocol_.state() == smtp::State::body && has_rate && SteadyClock::now() >= rate_due();
}

/// What is left of `limit` while the server is overloaded, or if it became so during this wait.
Connection::Milliseconds Connection::hurried(Milliseconds limit) const noexcept {
  if (!is_hurried_ && !context_.load.is_overloaded()) return limit;
  return std::min(limit, context_.options.defences.overload_timeout);
}

/// Whether the server stops, and this client is at nothing that it may finish.
bool Connection::must_leave() const noexcept { return is_draining_ && !protocol_.in_transaction(); }

/// Whether the client is to be waited for. It has all that was said.
bool Connection::may_wait() {
  if (is_over()) return false;
  lend_memory();
  if (must_leave()) {
    hang_up({code::not_available, "4.3.2 the server stops, try again later"}, "server stops");
    return false;
  }
  if (input_.prepare()) return true;
  hang_up({code::not_available, "4.3.2 short of memory"}, "short of memory");
  return false;
}

/// What is needed only while something is being done is another client's in the meantime, so that
/// ten thousand who wait do not each hold a place for it.
void Connection::lend_memory() noexcept {
  run_.reset();
  if (is_between_commands()) protocol_.forget_command();
  if (output_.capacity() > spare_output.capacity()) output_.swap(spare_output);
  std::string{}.swap(output_);
}

void Connection::begin_wait() {
  const SteadyTime now = SteadyClock::now();
  due_ = due_from(now);
  const bool may_be_long = input_.empty() && due_ - now > silence;
  is_waiting_ = true;
  deadline_.set(may_be_long ? now + silence : due_);
}

/// Whether the wait has ended since the client has been silent for a moment, and has time left.
bool Connection::is_mere_silence() const noexcept {
  return deadline_.has_expired() && SteadyClock::now() < due_ && !must_leave();
}

/// Whether what comes next is a command line.
bool Connection::is_between_commands() const noexcept {
  return protocol_.state() != smtp::State::body && protocol_.state() != smtp::State::exchange;
}

/// Whoever is silent holds little of ours.
void Connection::prepare_for_silence() {
  input_.release();
  transaction_.rest();
  protocol_.forget_empty_envelope();
  deadline_.set(due_);
}

void Connection::end_wait(const Result<std::size_t>& octets) {
  is_waiting_ = false;
  is_hurried_ = false;
  output_.swap(spare_output);
  if (!octets) return note_read_failure(octets.error());
  input_.add(*octets);
}

void Connection::note_read_failure(const error_code& error) {
  if (error == boost::asio::error::eof) return end("closed by client");
  if (error != boost::asio::error::operation_aborted) return end("connection lost");
  // Otherwise the server stops: the next round says so.
  if (deadline_.has_expired() && !must_leave()) note_silence();
}

void Connection::note_silence() {
  const bool is_refused = message_refused_at_ != SteadyClock::time_point{};
  if (is_refused && protocol_.state() == smtp::State::body) return protocol_.give_up_text();
  if (is_too_slow()) {
    hang_up({code::not_available, "4.4.2 too slow, closing connection"}, "too slow");
    return meet(Defence::slow_client);
  }
  hang_up({code::not_available, "4.4.2 timeout, closing connection"}, "timeout");
}

/// @returns whether all is written.
bool Connection::flush_now() {
  const Result<std::size_t> written = stream_.try_write(output_);
  if (!written) {
    end("connection lost");
    output_.clear();
    return true;
  }
  if (*written < output_.size()) {
    output_.erase(0, *written);
    return false;
  }
  output_.clear();
  return true;
}

Awaitable<void> Connection::flush_rest() {
  if (reason_ == cut_reason) co_return output_.clear();
  deadline_.set(context_.options.timeouts.write);
  const Result<void> written = co_await stream_.write(output_);
  if (!written) end(deadline_.has_expired() ? "client does not read" : "connection lost");
  deadline_.clear();
  output_.clear();
}

// ---- for handlers

Awaitable<Decision> Connection::settle(event::Dispatch& dispatch, Milliseconds limit) {
  for (;;) {
    switch (dispatch.run()) {
      case event::Dispatch::Progress::answered: co_return dispatch.reply();
      case event::Dispatch::Progress::must_wait: co_await await_handler(dispatch, limit); break;
      default: co_return pass();
    }
  }
}

Awaitable<void> Connection::await_handler(event::Dispatch& dispatch, Milliseconds limit) {
  if (late_) co_await await_late_handler();
  deadline_.clear();
  std::optional<Awaitable<Decision>> handler = dispatch.start_waiting();
  if (!handler) co_return;
  auto wait = std::make_shared<HandlerWait>(stream_.executor());
  wait->start(*std::move(handler));
  // A client that has said all it wanted to and closes its side is not waiting for us any more.
  // Whoever still has commands under way is. Who only observes cleans up, and goes on without him.
  const bool has_said_all = input_.octets().size() == in_hand_;
  if (has_said_all && dispatch.is_answerable()) {
    stream_.watch_for_end([wait] { wait->peer_left(); });
  }
  late_ = wait;
  const SteadyClock::time_point due = SteadyClock::now() + limit;
  while (!wait->is_done() && !wait->has_peer_left() && reason_ != cut_reason) {
    const auto left = std::chrono::ceil<Milliseconds>(due - SteadyClock::now());
    if (left.count() <= 0) break;
    co_await wait->wait(left);
  }
  stream_.cancel();
  if (wait->is_done()) {
    late_.reset();
    wait->error() ? dispatch.fail(event::describe(wait->error()))
                  : dispatch.resume(wait->decision());
    co_return;
  }
  wait->cancel();
  late_envelope_ = protocol_.share_envelope();
  if (wait->has_peer_left()) end("closed by client");
  is_over() ? dispatch.abandon() : dispatch.fail("cancelled: it waited too long");
}

/// A cancelled handler may still hold the event: nothing goes on before it has ended. The client
/// has what was decided until then, and is let go if the handler does not end soon.
Awaitable<void> Connection::await_late_handler() {
  if (!output_.empty() && !flush_now()) co_await flush_rest();
  const std::shared_ptr<HandlerWait> late = late_;
  for (int rounds = 0; !late->is_done(); ++rounds) {
    if (rounds > 0) end("a handler does not end");
    co_await late->wait(context_.options.timeouts.handler);
  }
  late_.reset();
  late_envelope_.reset();
}

void Connection::handler_failed(std::string_view handler, std::string_view why) noexcept {
  context_.options.log->write(LogLevel::error, LogEvent::handler_failed,
                              {{"sess", std::string_view{session_.id()}},
                               {"server", session_.server()},
                               {"handler", handler},
                               {"why", why}});
}

}  // namespace quoth::session
