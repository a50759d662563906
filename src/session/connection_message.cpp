#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/connection.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
namespace code = smtp::code;

/// "OK" with the queue id behind it; a text that a handler chose stays as it is.
Reply with_queue_id(const Reply& decided, std::string_view queue_id) {
  if (decided.text() != "OK") return decided;
  constexpr std::string_view lead = "2.0.0 OK queued as ";
  std::string text;
  text.reserve(lead.size() + queue_id.size());
  text.append(lead).append(queue_id);
  Reply reply{decided.code(), text};
  if (decided.closes()) reply.then_close();
  return reply;
}

}  // namespace

/// The 354 is on its way, or a first chunk: what its handlers chose takes the octets.
void Connection::begin_message() {
  CommandRun::Receipt& receipt = run_->receipt();
  if (receipt.queue_id.empty()) receipt.queue_id = context_.ids.next();
  Reception::Start start{
      std::move(receipt.queue_id), std::move(receipt.received), nullptr, {}, true,
      wants<event::Headers>()};
  if (event::Data* const data = run_->data()) {
    start.keeps_content = data->keeps_content();
    start.sink = data->take_sink();
    start.readers = data->take_readers();
  }
  reception_ = std::make_unique<Reception>(context_, std::move(start));
  message_begun_at_ = std::chrono::steady_clock::now();
  message_refused_at_ = {};
  message_by_ = "default";
}

/// One more chunk: the time since the last one is a command's, and not the message's.
void Connection::resume_message() {
  message_begun_at_ += std::chrono::steady_clock::now() - chunk_ended_at_;
}

Connection::Due Connection::take_text(std::string_view octets) {
  const bool is_full = reception_->append(octets);
  share_refusal();
  return is_full || reception_->has_header() ? Due::text : Due::nothing;
}

/// A message that its octets, its header or its store have made hopeless is so for everybody.
void Connection::share_refusal() {
  if (reception_->is_header_too_large() && !reception_->is_abandoned()) {
    reception_->refuse({code::quota_limit, "5.3.4 the header section is too large"});
    meet(Defence::long_header);
  }
  if (protocol_.is_text_refused()) reception_->abandon();
  if (!reception_->is_abandoned()) return;
  protocol_.discard_text();
  if (message_refused_at_ == std::chrono::steady_clock::time_point{}) {
    message_refused_at_ = std::chrono::steady_clock::now();
  }
}

Awaitable<void> Connection::settle_text() {
  const SteadyTime begun_at = std::chrono::steady_clock::now();
  co_await reception_->flush();
  if (reception_->take_header()) co_await decide_header();
  share_refusal();
  // The client was kept waiting: that is no slowness of its own.
  message_begun_at_ += std::chrono::steady_clock::now() - begun_at;
}

/// The header section is in: its handlers may refuse the rest.
Awaitable<void> Connection::decide_header() {
  const mail::HeaderSection section{reception_->header()};
  event::Headers headers{session_, protocol_.envelope(), reception_->queue_id(), section};
  event::Dispatch dispatch = dispatch_of(headers);
  Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (late_) co_await await_late_handler();
  reception_->forget_header();
  if (!decision || decision->is_positive()) co_return;
  message_by_ = dispatch.handler();
  reception_->refuse(*std::move(decision));
}

/// A chunk is in that is not the last: a refusal need not wait for that one.
Connection::Due Connection::take_chunk_end(const std::optional<Reply>& refusal) {
  chunk_ended_at_ = std::chrono::steady_clock::now();
  share_refusal();
  Reply reply{code::ok, "2.0.0 OK"};
  if (refusal || reception_->error()) message_by_ = "default";
  if (refusal) {
    reply = *refusal;
  } else if (const std::optional<Reply> own = reception_->refusal()) {
    reply = *own;
  }
  if (reception_->error()) log_store_failure(reception_->error());
  if (!reply.is_positive()) transaction_.refused(reply, message_by_);
  protocol_.answer(reply, output_);
  if (protocol_.state() == smtp::State::finished) end("closed by handler");
  return after_answer();
}

Awaitable<void> Connection::end_message() {
  deadline_.clear();
  ++message_count_;
  share_refusal();
  if (!reception_->is_abandoned()) {
    reception_->end_header();
    if (reception_->take_header()) co_await decide_header();
    if (is_over()) co_return;  // the client went away, or the server's patience is over
  }
  if (reception_->error()) log_store_failure(reception_->error());
  std::optional<Reply> refusal = reception_->text_refusal();
  if (refusal || reception_->error()) message_by_ = "default";
  if (!refusal) refusal = reception_->refusal();
  if (!refusal) refusal = co_await decide_message();
  transaction_.end(reception_->queue_id(), protocol_.body_octets(), *refusal, message_by_);
  if (replies_.empty()) {
    protocol_.answer(*refusal, output_);
  } else {
    protocol_.answer_each(std::exchange(replies_, {}), output_);
  }
  note_defence();
  if (protocol_.has_given_up_text()) end("timeout");
  if (protocol_.state() == smtp::State::finished) end("closed by handler");
  if (late_) co_await await_late_handler();
  message_.reset();
  reception_.reset();
  run_.reset();
  envelope_memory_.clear();
  session_.facts().forwarded.reset();
  had_transaction_ = false;
  session_.chains().settle();
}

/// The whole message is in and nothing speaks against it: its handlers decide.
Awaitable<Reply> Connection::decide_message() {
  std::optional<std::string_view> content;
  if (reception_->must_finish()) {
    const Result<std::optional<std::string_view>> finished = co_await reception_->finish();
    if (!finished) {
      log_store_failure(finished.error());
      co_return store_failure_reply(finished.error());
    }
    content = *finished;
  }
  message_ = std::make_unique<event::Message>(
      session_, protocol_.envelope(), reception_->queue_id(), protocol_.body_octets(), content);
  event::Dispatch dispatch = dispatch_of(*message_);
  if (dispatch.run() == event::Dispatch::Progress::must_wait) {
    static_cast<void>(co_await settle(dispatch, context_.options.timeouts.message_handler));
  }
  const Decision& decision = dispatch.decision();
  // Nobody takes it: refused, lest mail is acknowledged that nothing stores.
  if (!decision)
    co_return Reply{code::transaction_failed, "5.7.1 the message is not accepted here"};
  message_by_ = dispatch.handler();
  // What it had settled before it failed counts no more; and it may still hold the envelope.
  if (dispatch.has_failed()) co_return *decision;
  if (session_.protocol() == smtp::Protocol::lmtp) {
    Reply summary = co_await settle_each(*decision);
    co_return summary;
  }
  Reply folded = message_->outcomes.fold(protocol_.recipient_count(), *decision);
  // Also if a stop cuts the connection just now: whoever says yes has stored it.
  if (!folded.is_positive()) co_return folded;
  Reply reply = co_await store_message(std::move(folded));
  co_return reply;
}

/// RFC 2033 §4.2: each recipient has a reply, and only who is accepted gets the message.
/// @returns what stands for all of them in the log.
Awaitable<Reply> Connection::settle_each(const Reply& decided) {
  replies_ = message_->outcomes.each(protocol_.recipient_count(), decided);
  const auto is_refused = [this](const smtp::RcptArguments& recipient) {
    return recipient.place < replies_.size() && !replies_[recipient.place].is_positive();
  };
  std::erase_if(protocol_.envelope().recipients, is_refused);
  const auto is_positive = [](const Reply& reply) { return reply.is_positive(); };
  const auto accepted = std::find_if(replies_.begin(), replies_.end(), is_positive);
  if (accepted == replies_.end()) co_return replies_.front();
  const Reply stored = co_await store_message(*accepted);
  for (Reply& reply : replies_) {
    if (!reply.is_positive()) continue;
    reply = stored.is_positive() ? with_queue_id(reply, reception_->queue_id()) : stored;
  }
  co_return stored;
}

/// RFC 5321 §6.1: from here on the message is ours to deliver, so it is durable before the 250.
Awaitable<Reply> Connection::store_message(Reply accepted) {
  const Result<void> stored =
      co_await reception_->commit(protocol_.envelope(), message_->added_fields());
  if (stored) co_return with_queue_id(accepted, reception_->queue_id());
  log_store_failure(stored.error());
  co_return store_failure_reply(stored.error());
}

void Connection::log_store_failure(const error_code& error) {
  const std::string why = error.message();
  context_.options.log->write(LogLevel::warn, LogEvent::delivery_failed,
                              {{"id", std::string_view{reception_->queue_id()}},
                               {"sess", std::string_view{session_.id()}},
                               {"why", std::string_view{why}}});
}

}  // namespace quoth::session
