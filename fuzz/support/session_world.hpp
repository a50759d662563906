#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <quoth/assert.hpp>
#include <quoth/body_sink.hpp>
#include <quoth/clock.hpp>
#include <quoth/event.hpp>
#include <quoth/log.hpp>

#include "net/stream.hpp"

/// What surrounds the sessions of session_fuzz: the store, the log, the clock, and what the input
/// chooses of them.
namespace quoth::fuzz {

/// A message as the store has it.
struct Stored {
  std::vector<std::string> recipients;
  std::string text;
  bool is_binary = false;
  friend bool operator==(const Stored&, const Stored&) = default;
};

/// What the handlers and the store have seen of one session.
struct Records {
  std::vector<Stored> stored;
  std::size_t sinks = 0;  // that live
  std::size_t connects = 0;
  std::size_t disconnects = 0;
};

/// What the input chooses besides limits.
struct Choice {
  explicit Choice(std::size_t store, std::size_t rest)
      : keeps_content{(store & 16U) != 0},
        keeps_on_disk{(store & 32U) != 0},
        sink_fills{(store & 64U) != 0},
        is_short_of_memory{(store & 128U) != 0},
        is_lmtp{(rest & 1U) != 0},
        defends{(rest & 2U) != 0},
        talks_early{(rest & 4U) != 0},
        handlers_wait{(rest & 8U) != 0},
        reads_headers{(rest & 16U) != 0},
        refuses_client{(rest & 32U) != 0},
        offers_auth{(rest & 64U) != 0},
        demands_auth{(rest & 128U) != 0} {}

  bool keeps_content;
  bool keeps_on_disk;
  bool sink_fills;
  bool is_short_of_memory;
  bool is_lmtp;
  bool defends;
  bool talks_early;
  bool handlers_wait;
  bool reads_headers;
  bool refuses_client;
  bool offers_auth;
  bool demands_auth;

  /// Whether content may go to a file.
  [[nodiscard]] bool uses_pool() const {
    return keeps_content && (keeps_on_disk || is_short_of_memory);
  }
  /// Whether the pieces in which the client's octets come make no difference.
  [[nodiscard]] bool is_same_however_cut() const {
    return !is_short_of_memory && !defends && !talks_early;
  }
};

/// What a handler thinks of a name.
inline Decision decide_by(std::string_view word) {
  if (word.starts_with("no")) return reject();
  if (word.starts_with("later")) return defer();
  if (word.starts_with("bye")) return hang_up();
  return pass();
}

inline std::string_view local_of(const mail::ReversePath& sender) {
  return sender ? sender->local() : std::string_view{};
}

/// Lets everything else that is ready run first.
inline Awaitable<void> give_way() {
  const boost::asio::use_awaitable_t<net::Executor> token;
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, token);
}

/// Keeps messages in the records; for the sender "full" it has no room.
class MemorySink final : public BodySink {
 public:
  MemorySink(Records& records, bool fills) : records_{records}, fills_{fills} {
    QUOTH_ASSERT(++records_.sinks == 1);
  }
  MemorySink(const MemorySink&) = delete;
  MemorySink& operator=(const MemorySink&) = delete;
  ~MemorySink() override { --records_.sinks; }

  [[nodiscard]] bool append(std::string_view octets) override {
    QUOTH_ASSERT(!octets.empty());
    text_ += octets;
    held_ += octets.size();
    return fills_ && held_ > 5;
  }
  [[nodiscard]] std::size_t held_octets() const noexcept override { return held_; }
  [[nodiscard]] Awaitable<Result<void>> flush() override {
    if (fills_) co_await give_way();
    held_ = 0;
    co_return Result<void>{};
  }
  [[nodiscard]] Awaitable<Result<void>> commit(const Acceptance& acceptance) override {
    if (fills_) co_await give_way();
    const smtp::Envelope& envelope = acceptance.envelope;
    QUOTH_ASSERT(!envelope.recipients.empty());
    if (local_of(envelope.mail.sender) == "full") {
      co_return error_code{ENOSPC, boost::system::system_category()};
    }
    Stored stored{.recipients = {},
                  .text = text_,
                  .is_binary = envelope.mail.body == smtp::Body::binary_mime};
    for (const smtp::RcptArguments& recipient : envelope.recipients) {
      stored.recipients.push_back(recipient.recipient.text());
    }
    records_.stored.push_back(std::move(stored));
    co_return Result<void>{};
  }

 private:
  Records& records_;
  bool fills_;
  std::string text_;
  std::size_t held_ = 0;
};

/// Wants every line, and sees that each has its session.
class WholeLog final : public Log {
 public:
  [[nodiscard]] bool wants(LogLevel /*level*/) const noexcept override { return true; }
  void write(LogLevel /*level*/, LogEvent /*event*/,
             std::span<const LogField> fields) noexcept override {
    QUOTH_ASSERT(std::ranges::any_of(fields, [](const LogField& f) { return f.key == "sess"; }));
  }
};

/// It is always the same time.
class FixedClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const noexcept override {
    return std::chrono::system_clock::time_point{std::chrono::hours{500000}};
  }
};

}  // namespace quoth::fuzz
