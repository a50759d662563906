#include "session/connection.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ratio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace quoth::session {
namespace {

namespace code = smtp::code;
using SteadyClock = std::chrono::steady_clock;

// Replies are gathered, so that those to one group of commands leave together (RFC 2920 §3.2); a
// client that sends commands and reads nothing is made to wait.
constexpr std::size_t gathered_octets = std::size_t{16} << 10U;

}  // namespace

Connection::Connection(Context& context, net::Stream stream, Session::Facts facts)
    : context_{context},
      stream_{std::move(stream)},
      protocol_{context.dialect},
      session_{std::move(facts), protocol_, context.chains},
      deadline_{stream_.executor(), [this] { stream_.cancel(); }},
      input_{context.memory},
      envelope_memory_{context.memory},
      transaction_{*context.options.log, session_},
      opened_at_{SteadyClock::now()} {}

Awaitable<void> Connection::run() {
  co_await open();
  if (!is_over()) co_await converse();
  co_await close();
}

bool Connection::is_over() const noexcept {
  return !reason_.empty() || protocol_.state() == smtp::State::finished;
}

void Connection::end(std::string_view reason) noexcept {
  if (reason_.empty()) reason_ = reason;
}

void Connection::hang_up(std::string_view text, std::string_view reason) {
  if (is_over()) return;
  protocol_.hang_up({code::not_available, text}, output_);
  end(reason);
}

void Connection::drain() noexcept {
  is_draining_ = true;
  if (is_waiting_) stream_.cancel();
}

void Connection::hurry() {
  if (!is_waiting_) return;
  is_hurried_ = true;
  deadline_.hasten(patience());
}

void Connection::cut() noexcept {
  is_draining_ = true;
  end(cut_reason);
  if (late_) late_->interrupt();
  stream_.cancel();
}

Awaitable<void> Connection::open() {
  event::Connect connect{session_};
  event::Dispatch dispatch = dispatch_of(connect);
  const Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (decision && !decision->is_positive()) {
    protocol_.greet(*decision, output_);
  }
  if (late_) co_await await_late_handler();
  if (!is_over() && protocol_.state() == smtp::State::connected) co_await greet();
  session_.chains().settle();
}

Awaitable<void> Connection::greet() {
  event::Banner banner{session_};
  event::Dispatch dispatch = dispatch_of(banner);
  const Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (decision && !decision->is_positive()) {
    protocol_.greet(*decision, output_);
  } else {
    std::string text{session_.hostname()};  // RFC 5321 §4.3.1
    text.append(" ").append(decision ? decision->text() : "ESMTP Quoth");
    protocol_.greet({code::service_ready, text}, output_);
  }
  if (late_) co_await await_late_handler();
}

Awaitable<void> Connection::converse() {
  while (!is_over()) {
    smtp::Step step = protocol_.next(input_.octets());
    in_hand_ = step.consumed;
    if (std::holds_alternative<smtp::CommandCame>(step.incoming)) {
      if (!begin_command()) co_await finish_command();
      answer_command();
      if (late_) co_await await_late_handler();
      if (lost_transaction()) co_await fire_reset();
      session_.chains().settle();
    } else if (const auto* malformed = std::get_if<smtp::Malformed>(&step.incoming)) {
      command_due_ = {};
      protocol_.answer(malformed->reply, output_);
      if (protocol_.state() == smtp::State::finished) {
        end(malformed->reply.closes() ? "no SMTP" : "too many errors");
      }
    } else if (const auto* chunk = std::get_if<smtp::BodyChunk>(&step.incoming)) {
      if (reception_->append(chunk->octets)) co_await reception_->flush();
    } else if (auto* text_end = std::get_if<smtp::BodyEnd>(&step.incoming)) {
      co_await end_message(std::move(text_end->refusal));
    }
    if (reception_ && protocol_.is_text_refused()) reception_->abandon();
    input_.consume(std::exchange(in_hand_, 0));
    if (output_.size() > gathered_octets && !flush_now()) co_await flush_rest();
    if (std::holds_alternative<smtp::NeedMore>(step.incoming)) co_await read_more();
  }
}

/// @returns whether no handler had to wait.
bool Connection::begin_command() {
  command_due_ = {};
  run_ = std::make_unique<CommandRun>(
      Surroundings{context_, session_, protocol_, envelope_memory_, *this});
  return run_->run() == CommandRun::Progress::done;
}

Awaitable<void> Connection::finish_command() {
  do {
    co_await await_handler(run_->waiting(), context_.options.timeouts.handler);
  } while (run_->run() != CommandRun::Progress::done);
}

void Connection::answer_command() {
  const smtp::Command& command = run_->command();
  const smtp::Reply& reply = run_->reply();
  if (const auto* mail = std::get_if<smtp::MailArguments>(&command.arguments)) {
    if (reply.is_positive()) transaction_.begin(mail->sender);
  } else if (const auto* rcpt = std::get_if<smtp::RcptArguments>(&command.arguments)) {
    transaction_.recipient(rcpt->recipient, reply, run_->answered_by());
  } else if (run_->data() != nullptr && !reply.is_positive()) {
    transaction_.refused(reply, run_->answered_by());
  }
  protocol_.answer(reply, output_);
  if (protocol_.state() == smtp::State::body) begin_message();
  if (protocol_.state() != smtp::State::finished) return;
  end(reply.code() == code::quit ? "quit"
      : reply.closes()           ? "closed by handler"
                                 : "too many errors");
}

/// Whether a transaction was open before the last reply, and is none now.
bool Connection::lost_transaction() noexcept {
  const bool had = std::exchange(had_transaction_, protocol_.in_transaction());
  return had && !had_transaction_;
}

Awaitable<void> Connection::fire_reset() {
  envelope_memory_.clear();
  if (transaction_.has_begun()) transaction_.abort(0);
  event::Reset reset{session_};
  event::Dispatch dispatch = dispatch_of(reset);
  static_cast<void>(co_await settle(dispatch, context_.options.timeouts.handler));
  if (late_) co_await await_late_handler();
}

Awaitable<void> Connection::close() {
  end("closed by server");
  const bool is_cut = reason_ == cut_reason;
  if (!output_.empty() && !flush_now() && !is_cut) co_await flush_rest();
  const bool was_in_body = protocol_.state() == smtp::State::body;
  reception_.reset();
  if (transaction_.has_begun()) transaction_.abort(was_in_body ? protocol_.body_octets() : 0);
  if (std::exchange(had_transaction_, false)) co_await fire_reset();
  event::Disconnect disconnect{session_, reason_};
  event::Dispatch dispatch = dispatch_of(disconnect);
  static_cast<void>(co_await settle(dispatch, context_.options.timeouts.handler));
  if (late_) co_await await_late_handler();
  log_end();
  deadline_.clear();
  stream_.close();
}

/// Who brought a message has a line already.
void Connection::log_end() {
  Log& log = *context_.options.log;
  const LogLevel level = message_count_ == 0 ? LogLevel::info : LogLevel::debug;
  if (!log.wants(level)) return;
  const std::chrono::duration<double, std::milli> time = SteadyClock::now() - opened_at_;
  log.write(level, LogEvent::session_ended,
            {{"sess", std::string_view{session_.id()}},
             {"server", session_.server()},
             {"ip", std::string_view{session_.client().address}},
             {"helo", std::string_view{session_.helo()}},
             {"reason", reason_},
             {"commands", static_cast<std::int64_t>(protocol_.command_count())},
             {"errors", static_cast<std::int64_t>(protocol_.error_count())},
             {"ms", time.count()}});
}

}  // namespace quoth::session
