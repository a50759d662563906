#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "session/connection.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
namespace code = smtp::code;

/// "OK" with the queue id behind it; a text that a handler chose stays as it is.
Reply with_queue_id(const Reply& decided, std::string_view queue_id) {
  if (decided.text() != "OK") return decided;
  Reply reply{decided.code(), std::string{"2.0.0 OK queued as "}.append(queue_id)};
  if (decided.closes()) reply.then_close();
  return reply;
}

}  // namespace

/// The 354 is on its way: what its handlers chose takes the text.
void Connection::begin_message() {
  CommandRun::Receipt& receipt = run_->receipt();
  if (receipt.queue_id.empty()) receipt.queue_id = context_.ids.next();
  Reception::Start start{std::move(receipt.queue_id), std::move(receipt.received), nullptr, true};
  if (event::Data* const data = run_->data()) {
    start.keeps_content = data->keeps_content();
    start.sink = data->take_sink();
  }
  reception_ = std::make_unique<Reception>(context_, std::move(start));
}

Awaitable<void> Connection::end_message(std::optional<Reply> refusal) {
  deadline_.clear();
  ++message_count_;
  message_by_ = "default";
  if (reception_->error()) log_store_failure(reception_->error());
  if (!refusal) refusal = reception_->refusal();
  if (!refusal) refusal = co_await decide_message();
  transaction_.end(reception_->queue_id(), protocol_.body_octets(), *refusal, message_by_);
  // A handler that was cancelled may still look at the envelope, which the answer forgets.
  const smtp::Envelope kept = late_ ? std::move(protocol_.envelope()) : smtp::Envelope{};
  protocol_.answer(*refusal, output_);
  if (protocol_.state() == smtp::State::finished) end("closed by handler");
  if (late_) co_await await_late_handler();
  message_.reset();
  reception_.reset();
  run_.reset();
  envelope_memory_.clear();
  had_transaction_ = false;
  session_.chains().settle();
}

/// The whole message is in and nothing speaks against it: its handlers decide.
Awaitable<Reply> Connection::decide_message() {
  const Result<std::optional<std::string_view>> content = co_await reception_->content();
  if (!content) {
    log_store_failure(content.error());
    co_return store_failure_reply(content.error());
  }
  message_ = std::make_unique<event::Message>(
      session_, protocol_.envelope(), reception_->queue_id(), protocol_.body_octets(), *content);
  event::Dispatch dispatch = dispatch_of(*message_);
  Decision decision = co_await settle(dispatch, context_.options.timeouts.message_handler);
  // Nobody takes it: refused, lest mail is acknowledged that nothing stores.
  if (!decision)
    co_return Reply{code::transaction_failed, "5.7.1 the message is not accepted here"};
  message_by_ = dispatch.handler();
  const std::size_t recipients = protocol_.envelope().recipients.size();
  Reply folded = message_->outcomes.fold(recipients, *decision);
  // Also if a stop cuts the connection just now: whoever says yes has stored it.
  if (!folded.is_positive()) co_return folded;
  Reply reply = co_await store_message(std::move(folded));
  co_return reply;
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
