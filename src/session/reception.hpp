#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/body_reader.hpp>
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
    std::vector<std::shared_ptr<BodyReader>> readers;
    bool keeps_content;  ///< Handlers want it.
    bool keeps_header;   ///< Handlers of `Headers` want that part.
  };

  Reception(Context& context, Start start);

  /// Takes the next octets. @returns whether flush() is due before more comes.
  [[nodiscard]] bool append(std::string_view octets);
  [[nodiscard]] Awaitable<void> flush();

  /// Whether the header section is complete, and handlers want it that did not get it yet.
  [[nodiscard]] bool has_header() const noexcept {
    return is_header_in_ && start_.keeps_header && !is_abandoned_;
  }
  /// The same; asked once, it is no longer so.
  [[nodiscard]] bool take_header() noexcept;
  /// The message is whole: a header section without a body ends there, too.
  void end_header() noexcept { is_header_in_ = true; }
  [[nodiscard]] std::string_view header() const noexcept { return header_; }
  /// Its handlers have seen it.
  void forget_header() noexcept { header_ = {}; }
  /// Whether it is larger than the limit.
  [[nodiscard]] bool is_header_too_large() const noexcept;

  /// The message is refused: what was taken so far goes at once, what comes goes nowhere.
  void abandon() noexcept;
  /// The same with the reply that its end gets.
  void refuse(smtp::Reply reply);
  [[nodiscard]] bool is_abandoned() const noexcept { return is_abandoned_; }

  /// The text is whole. `refusal`: what is wrong with it.
  void note_text(std::optional<smtp::Reply> refusal) noexcept {
    text_refusal_ = std::move(refusal);
  }
  [[nodiscard]] const std::optional<smtp::Reply>& text_refusal() const noexcept {
    return text_refusal_;
  }

  /// Why the message cannot be accepted, if it was not the peer's text: what refuse() said, a mail
  /// loop (RFC 5321 §6.3), or a store that failed.
  [[nodiscard]] std::optional<smtp::Reply> refusal() const;

  /// Whether finish() has anything to do.
  [[nodiscard]] bool must_finish() const noexcept {
    return content_ != nullptr || !start_.readers.empty();
  }
  /// Brings to the readers' ends what they still hold. @returns the whole message, if handlers want
  /// it; none if not.
  [[nodiscard]] Awaitable<Result<std::optional<std::string_view>>> finish();

  /// Makes it durable.
  [[nodiscard]] Awaitable<Result<void>> commit(const smtp::Envelope& envelope,
                                               const std::string& added_fields);

  [[nodiscard]] const std::string& queue_id() const noexcept { return start_.queue_id; }
  /// What the store said when it failed.
  [[nodiscard]] const error_code& error() const noexcept { return error_; }

 private:
  /// Who gets the octets.
  struct Outlet {
    BodyReader* reader;
    bool is_full = false;
  };

  void watch_header(std::string_view octets);
  [[nodiscard]] bool count_held() noexcept;
  void note(const Result<void>& result) noexcept;
  [[nodiscard]] Awaitable<Result<void>> hand_over();

  Context& context_;
  Start start_;
  std::unique_ptr<spool::ContentSink> content_;
  std::vector<Outlet> outlets_;
  MemoryShare held_;  // what the outlets have in memory, about, and the header
  mail::ReceivedCounter received_fields_;
  std::string header_;
  std::size_t header_octets_ = 0;
  error_code error_;
  std::optional<smtp::Reply> refusal_;
  std::optional<smtp::Reply> text_refusal_;
  bool is_header_in_ = false;
  bool is_abandoned_ = false;
};

/// The reply for a store that could not take a message: 452 if it is full, 451 otherwise.
[[nodiscard]] smtp::Reply store_failure_reply(const error_code& error);

}  // namespace quoth::session
