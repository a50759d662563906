#include "session/connection.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "crypto/secret.hpp"

namespace quoth::session {
namespace {

namespace code = smtp::code;
using SteadyClock = std::chrono::steady_clock;

// Replies are gathered, so that those to one group of commands leave together (RFC 2920 §3.2); a
// client that sends commands and reads nothing is made to wait.
constexpr std::size_t gathered_octets = std::size_t{16} << 10U;

/// Why a connection is over that a defence ended.
std::string_view reason_of(Defence defence) noexcept {
  switch (defence) {
    case Defence::other_protocol: return "no SMTP";
    case Defence::errors: return "too many errors";
    case Defence::junk_commands: return "too many commands";
    case Defence::messages: return "too many messages";
    case Defence::long_line: return "line too long";
    case Defence::long_refused: return "refused message too long";
    default: return defence_name(defence);
  }
}

}  // namespace

Connection::Connection(Context& context, net::Stream stream, Session::Facts facts, Arrival arrival)
    : context_{context},
      stream_{std::move(stream)},
      speech_{&context.clear},
      protocol_{speech_->dialect()},
      session_{std::move(facts), protocol_, context.chains},
      deadline_{stream_.executor(), [this] { stream_.cancel(); }},
      input_{context.memory},
      envelope_memory_{context.memory},
      transaction_{*context.options.log, session_},
      arrival_{std::move(arrival)},
      opened_at_{SteadyClock::now()} {}

Awaitable<void> Connection::run() {
  std::exception_ptr failure;
  try {
    co_await open();
    if (!is_over()) co_await converse();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) fail(failure);
  co_await close();
}

/// A sink or a reader has thrown, or there is no memory: it ends this session, in good order.
void Connection::fail(const std::exception_ptr& error) {
  handler_failed("body", event::describe(error));
  hang_up({code::not_available, "4.3.0 internal error, try again later"}, "internal error");
}

bool Connection::is_over() const noexcept {
  return !reason_.empty() || protocol_.state() == smtp::State::finished;
}

void Connection::end(std::string_view reason) noexcept {
  if (reason_.empty()) reason_ = reason;
}

void Connection::hang_up(const smtp::Reply& reply, std::string_view reason) {
  if (is_over()) return;
  protocol_.hang_up(reply, output_);
  end(reason);
}

/// Counts and tells what the protocol has just met, if it met anything.
void Connection::note_defence() {
  if (const std::optional<Defence> met = protocol_.take_defence()) meet(*met);
}

void Connection::meet(Defence defence) {
  context_.defences.add(defence);
  const bool is_end = protocol_.state() == smtp::State::finished || !reason_.empty();
  if (protocol_.state() == smtp::State::finished) end(reason_of(defence));
  const LogLevel level = is_end ? LogLevel::info : LogLevel::debug;
  if (!context_.options.log->wants(level)) return;
  context_.options.log->write(level, LogEvent::defence,
                              {{"defence", defence_name(defence)},
                               {"sess", std::string_view{session_.id()}},
                               {"server", session_.server()},
                               {"ip", std::string_view{session_.client().address}},
                               {"helo", std::string_view{session_.helo()}}});
}

void Connection::drain() noexcept {
  is_draining_ = true;
  if (is_waiting_) stream_.cancel();
  if (paused_) paused_->give();
}

void Connection::hurry() {
  if (!is_waiting_) return;
  is_hurried_ = true;
  const SteadyTime due = due_from(SteadyClock::now());
  due_ = std::min(due_, due);
  deadline_.hasten(due);
}

void Connection::cut() noexcept {
  is_draining_ = true;
  end(cut_reason);
  if (late_) late_->interrupt();
  if (paused_) paused_->give();
  stream_.cancel();
}

Awaitable<void> Connection::open() {
  if (arrival_.speaks_proxy) co_await read_claim();
  if (is_over()) co_return;
  if (context_.options.tls.mode == TlsMode::implicit) co_await secure();
  if (is_over()) co_return;
  event::Connect connect{session_};
  event::Dispatch dispatch = dispatch_of(connect);
  const Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (decision && !decision->is_positive()) {
    protocol_.greet(*decision, output_);
  }
  if (late_) co_await await_late_handler();
  const bool is_open = !is_over() && protocol_.state() == smtp::State::connected;
  if (is_open && session_.tls()) co_await announce_tls();
  if (!is_over() && protocol_.state() == smtp::State::connected) {
    const bool is_early = co_await is_early_talker();
    if (is_early) {
      const smtp::Reply refusal{code::no_service, "5.5.0 you talk before the greeting"};
      hang_up(refusal, "talked before the banner");
      meet(Defence::early_talker);
    } else if (!is_over()) {
      co_await greet();
    }
  }
  session_.chains().settle();
}

/// RFC 5321 §3.1: the client waits for the greeting. Whoever does not is a program that sends and
/// never listens.
Awaitable<bool> Connection::is_early_talker() {
  const Defences& defences = context_.options.defences;
  if (!defences.refuse_early_talkers) co_return false;
  if (defences.banner_delay > Milliseconds{0} && !stream_.has_input()) {
    deadline_.set(defences.banner_delay);
    is_waiting_ = true;  // a stop need not wait for it
    const Result<void> ready = co_await stream_.readable();
    static_cast<void>(ready);  // what it was shows below, and at the first read
    is_waiting_ = false;
    deadline_.clear();
  }
  co_return stream_.has_input();
}

Awaitable<void> Connection::greet() {
  command_due_ = {};
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
    const Due due = advance();
    if (due == Due::message) {
      co_await end_message();
    } else if (due != Due::nothing && due != Due::input) {
      co_await settle_due(due);
    }
    input_.consume(std::exchange(in_hand_, 0));
    if (due == Due::exchange) input_.wipe_consumed();
    const std::size_t kept_octets = due == Due::input ? 0 : gathered_octets;
    if (output_.size() > kept_octets && !flush_now()) co_await flush_rest();
    if (due != Due::input) continue;
    // Others that are ready go first: by then its answer may be here, and the read is not in vain.
    co_await boost::asio::post(stream_.executor(), boost::asio::use_awaitable_t<net::Executor>{});
    if (!may_wait()) continue;
    begin_wait();
    Result<std::size_t> octets = co_await stream_.read_some(input_.room());
    if (!octets && is_mere_silence()) {
      prepare_for_silence();
      const Result<void> ready = co_await stream_.readable();
      // Nothing is read yet: the next round takes a buffer.
      octets = ready ? Result<std::size_t>{0} : Result<std::size_t>{ready.error()};
    }
    end_wait(octets);
  }
}

/// Finds what comes next in the input, and does what can be done at once.
Connection::Due Connection::advance() {
  smtp::Step step = protocol_.next(input_.octets());
  in_hand_ = step.consumed;
  return take(step);
}

Connection::Due Connection::take(smtp::Step& step) {
  if (std::holds_alternative<smtp::CommandCame>(step.incoming)) return take_command();
  if (const auto* malformed = std::get_if<smtp::Malformed>(&step.incoming)) {
    return take_malformed(malformed->reply);
  }
  if (const auto* chunk = std::get_if<smtp::BodyChunk>(&step.incoming)) {
    return take_text(chunk->octets);
  }
  if (const auto* chunk_end = std::get_if<smtp::ChunkEnd>(&step.incoming)) {
    return take_chunk_end(chunk_end->refusal);
  }
  if (auto* body_end = std::get_if<smtp::BodyEnd>(&step.incoming)) {
    reception_->note_text(std::move(body_end->refusal));
    return Due::message;
  }
  if (auto* response = std::get_if<smtp::AuthResponse>(&step.incoming)) {
    authentication_->response = std::move(response->octets);
    crypto::wipe(response->octets);
    command_due_ = {};
    return Due::exchange;
  }
  if (reception_) share_refusal();
  return Due::input;
}

Awaitable<void> Connection::settle_due(Due due) {
  if (due == Due::text) co_return co_await settle_text();
  if (due == Due::handler) {
    co_await finish_command();
    due = answer_command();
  }
  if (due == Due::tls) co_await secure();
  if (due == Due::exchange) co_await continue_exchange();
  if (due == Due::nothing) co_return;
  if (late_) co_await await_late_handler();
  const bool has_lost = has_lost_transaction();
  had_transaction_ = protocol_.in_transaction();
  if (has_lost) co_await fire_reset();
  session_.chains().settle();
}

Connection::Due Connection::take_command() {
  command_due_ = {};
  run_ = std::make_unique<CommandRun>(Surroundings{context_, *speech_, session_, protocol_,
                                                   envelope_memory_, *this, arrival_,
                                                   authentication_, &stream_});
  return run_->run() == CommandRun::Progress::done ? answer_command() : Due::handler;
}

Awaitable<void> Connection::finish_command() {
  do {
    co_await await_handler(run_->waiting(), context_.options.timeouts.handler);
  } while (run_->run() != CommandRun::Progress::done);
}

Connection::Due Connection::take_malformed(const smtp::Reply& reply) {
  command_due_ = {};
  if (authentication_) {  // RFC 4954 §4: whatever is no response ends the exchange.
    authentication_->broken_off = reply;
    return Due::exchange;
  }
  protocol_.answer(reply, output_);
  note_defence();
  if (has_lost_transaction()) transaction_.refused(reply, "default");
  if (protocol_.state() == smtp::State::finished) end("no SMTP");
  return after_answer();
}

Connection::Due Connection::answer_command() {
  const smtp::Command& command = run_->command();
  const smtp::Reply& reply = run_->reply();
  if (is_unsafe_start_of_tls(reply)) {
    check_pipelining();
    return after_answer();
  }
  const bool is_chunk = std::holds_alternative<smtp::ChunkArguments>(command.arguments);
  if (const auto* mail = std::get_if<smtp::MailArguments>(&command.arguments)) {
    if (reply.is_positive()) transaction_.begin(mail->sender);
  } else if (const auto* rcpt = std::get_if<smtp::RcptArguments>(&command.arguments)) {
    transaction_.recipient(rcpt->recipient, reply, run_->answered_by());
  } else if ((run_->data() != nullptr || is_chunk) && !reply.is_positive()) {
    transaction_.refused(reply, run_->answered_by());
  }
  protocol_.answer(reply, output_);
  note_defence();
  if (protocol_.state() == smtp::State::body) reception_ ? resume_message() : begin_message();
  if (protocol_.state() == smtp::State::finished) {
    end(reply.code() == code::quit ? "quit" : "closed by handler");
  } else if (command.definition != nullptr && command.definition->ends_group) {
    check_pipelining();
  }
  const bool is_restarted = command.definition != nullptr &&
                            command.definition->effect == smtp::Effect::restart &&
                            reply.code() == code::service_ready;
  if (is_restarted && session_.is_authenticated()) protocol_.take_as_authenticated();
  if (protocol_.state() == smtp::State::securing) return Due::tls;
  if (protocol_.state() == smtp::State::exchange) return Due::exchange;
  return after_answer();
}

/// RFC 3207 §4: what stands behind STARTTLS in the clear is somebody's who hopes that we take it
/// for a part of what follows. It is never looked at; and by default it ends the connection.
bool Connection::is_unsafe_start_of_tls(const smtp::Reply& reply) const noexcept {
  const smtp::Verb* const verb = run_->command().definition;
  return verb != nullptr && verb->effect == smtp::Effect::start_tls &&
         reply.code() == code::service_ready && input_.octets().size() > in_hand_ &&
         context_.options.defences.refuse_bad_pipelining;
}

/// RFC 2920 §3.1: before the reply to its greeting no client knows that it may go on.
void Connection::check_pipelining() {
  const bool has_gone_on = input_.octets().size() > in_hand_;
  if (!has_gone_on || !context_.options.defences.refuse_bad_pipelining) return;
  const smtp::Reply refusal{code::transaction_failed,
                            "5.5.0 wait for the reply to this command, closing connection"};
  hang_up(refusal, "bad pipelining");
  meet(Defence::bad_pipelining);
}

/// What the answer to a command leaves to be done.
Connection::Due Connection::after_answer() {
  if (late_ || has_lost_transaction()) return Due::settling;
  had_transaction_ = protocol_.in_transaction();
  session_.chains().settle();
  return Due::nothing;
}

/// Whether a transaction was open before the last reply, and is none now.
bool Connection::has_lost_transaction() const noexcept {
  return had_transaction_ && !protocol_.in_transaction();
}

Awaitable<void> Connection::fire_reset() {
  envelope_memory_.clear();
  if (transaction_.has_begun()) transaction_.abort(reception_ ? protocol_.body_octets() : 0);
  reception_.reset();
  event::Reset reset{session_};
  event::Dispatch dispatch = dispatch_of(reset);
  static_cast<void>(co_await settle(dispatch, context_.options.timeouts.handler));
  if (late_) co_await await_late_handler();
  session_.facts().forwarded.reset();
}

Awaitable<void> Connection::fire_disconnect() {
  event::Disconnect disconnect{session_, reason_};
  event::Dispatch dispatch = dispatch_of(disconnect);
  static_cast<void>(co_await settle(dispatch, context_.options.timeouts.handler));
  if (late_) co_await await_late_handler();
}

Awaitable<void> Connection::close() {
  end("closed by server");
  const bool is_cut = reason_ == cut_reason;
  if (authentication_) leave_exchange();
  if (!output_.empty() && !flush_now() && !is_cut) co_await flush_rest();
  const bool was_in_message = reception_ != nullptr;
  reception_.reset();
  if (transaction_.has_begun()) transaction_.abort(was_in_message ? protocol_.body_octets() : 0);
  if (std::exchange(had_transaction_, false)) co_await fire_reset();
  co_await fire_disconnect();
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
