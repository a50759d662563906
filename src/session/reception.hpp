#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/body_sink.hpp>
#include <quoth/result.hpp>
#include <quoth/smtp/reply.hpp>

#include "core/memory_budget.hpp"
#include "mail/trace.hpp"
#include "session/context.hpp"
#include "spool/content_sink.hpp"

namespace quoth::session {

/// A message on its way in, from the 354 to the reply after its end. Destroyed before its commit
/// succeeded, it leaves nothing behind.
class Reception {
 public:
  struct Start {
    std::string queue_id;
    std::string received;            ///< Our Received field.
    std::unique_ptr<BodySink> sink;  ///< Null: only handlers want the message.
    bool keeps_content;              ///< Handlers want it.
  };

  Reception(Context& context, Start start);

  /// Takes the next octets. @returns whether flush() is due before more comes.
  [[nodiscard]] bool append(std::string_view octets);
  [[nodiscard]] Awaitable<void> flush();

  /// The message is refused: what was taken so far goes at once, what comes goes nowhere.
  void abandon() noexcept;

  /// Why the message cannot be accepted, if it was not the peer's text: a mail loop (RFC 5321
  /// §6.3), or a store that failed.
  [[nodiscard]] std::optional<smtp::Reply> refusal() const;

  /// The whole message, if handlers want it; none if not.
  [[nodiscard]] Awaitable<Result<std::optional<std::string_view>>> content();

  /// Makes it durable.
  [[nodiscard]] Awaitable<Result<void>> commit(const smtp::Envelope& envelope,
                                               const std::string& added_fields);

  [[nodiscard]] const std::string& queue_id() const noexcept { return start_.queue_id; }
  /// What the store said when it failed.
  [[nodiscard]] const error_code& error() const noexcept { return error_; }

 private:
  void note(const Result<void>& result) noexcept;
  [[nodiscard]] Awaitable<Result<void>> hand_over();

  Context& context_;
  Start start_;
  std::unique_ptr<spool::ContentSink> content_;
  MemoryShare held_;  // what the sinks have in memory, about
  mail::ReceivedCounter received_fields_;
  error_code error_;
  bool sink_is_full_ = false;
  bool content_is_full_ = false;
  bool is_abandoned_ = false;
};

/// The reply for a store that could not take a message: 452 if it is full, 451 otherwise.
[[nodiscard]] smtp::Reply store_failure_reply(const error_code& error);

}  // namespace quoth::session
