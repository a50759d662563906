#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/awaitable.hpp>
#include <quoth/defence.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "core/memory_budget.hpp"
#include "event/dispatch.hpp"
#include "net/deadline.hpp"
#include "net/notice.hpp"
#include "net/stream.hpp"
#include "session/arrival.hpp"
#include "session/authentication.hpp"
#include "session/command_run.hpp"
#include "session/context.hpp"
#include "session/handler_wait.hpp"
#include "session/input_buffer.hpp"
#include "session/reception.hpp"
#include "session/transaction_log.hpp"

namespace quoth::session {

/// One client's connection, from accept to close: octets from the stream go to the protocol, what
/// comes out fires events, what the handlers decide goes back. One coroutine, one thread.
///
/// In four files: connection.cpp has the conversation, connection_message.cpp what happens between
/// 354, or the first chunk, and the reply to the whole, connection_security.cpp TLS and AUTH,
/// connection_wait.cpp all waiting for the client and for handlers.
class Connection final : private event::FailureListener {
 public:
  /// `context` is borrowed and must outlive the connection.
  Connection(Context& context, net::Stream stream, Session::Facts facts, Arrival arrival = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// Serves the client to the end. Must be awaited once.
  [[nodiscard]] Awaitable<void> run();

  /// The server stops: a client that has no transaction open gets 421 now, another one when its
  /// transaction is done.
  void drain() noexcept;
  /// The server has become overloaded: a client it waits for has less time from now on.
  void hurry();
  /// The server's patience is over: what runs is cut.
  void cut() noexcept;

  [[nodiscard]] const std::string& id() const noexcept { return session_.id(); }

 private:
  using Milliseconds = std::chrono::milliseconds;
  using SteadyTime = std::chrono::steady_clock::time_point;
  static constexpr std::string_view cut_reason = "cut by a stop";

  /// What has to be awaited before the next step.
  enum class Due : std::uint8_t {
    nothing,
    input,     ///< More octets of the client.
    handler,   ///< One that waits, at a command.
    settling,  ///< A late handler, or the end of a transaction.
    text,      ///< Who gets the message's octets, or the handlers of `Headers`.
    message,   ///< The message's end.
    tls,       ///< The handshake that STARTTLS asked for.
    exchange,  ///< AUTH, as far as it goes without the client.
  };

  // The conversation.
  [[nodiscard]] Awaitable<void> open();
  [[nodiscard]] Awaitable<bool> is_early_talker();
  [[nodiscard]] Awaitable<void> greet();
  [[nodiscard]] Awaitable<void> converse();
  [[nodiscard]] Awaitable<void> close();
  [[nodiscard]] Due advance();
  [[nodiscard]] Due take(smtp::Step& step);
  [[nodiscard]] Due take_command();
  [[nodiscard]] Due take_malformed(const smtp::Reply& reply);
  [[nodiscard]] Due answer_command();
  [[nodiscard]] Due after_answer();
  [[nodiscard]] Awaitable<void> settle_due(Due due);
  void fail(const std::exception_ptr& error);
  [[nodiscard]] bool is_unsafe_start_of_tls(const smtp::Reply& reply) const noexcept;
  void check_pipelining();
  [[nodiscard]] Awaitable<void> finish_command();
  [[nodiscard]] bool has_lost_transaction() const noexcept;
  [[nodiscard]] Awaitable<void> fire_reset();
  [[nodiscard]] Awaitable<void> fire_disconnect();
  void note_defence();
  void meet(Defence defence);
  void log_end();
  void end(std::string_view reason) noexcept;
  void hang_up(const smtp::Reply& reply, std::string_view reason);
  [[nodiscard]] bool is_over() const noexcept;

  // Who the client is: PROXY, TLS and AUTH.
  [[nodiscard]] Awaitable<void> read_claim();
  void note_no_claim(const error_code& error);
  void trust_no_further(const std::optional<net::PeerKeys>& client);
  [[nodiscard]] std::optional<net::AddressKey> network() const noexcept;
  [[nodiscard]] Awaitable<void> secure();
  [[nodiscard]] Awaitable<Result<void>> shake_hands();
  void forget_clear_text();
  void note_no_tls(const error_code& error);
  [[nodiscard]] Awaitable<void> announce_tls();
  [[nodiscard]] Awaitable<void> continue_exchange();
  [[nodiscard]] Awaitable<void> ask(auth::Step& step);
  [[nodiscard]] Awaitable<void> end_exchange(smtp::Reply reply);
  [[nodiscard]] Milliseconds count_failure(const smtp::Reply& reply);
  [[nodiscard]] bool has_failed_too_often() const noexcept;
  void leave_exchange();
  void log_login(const smtp::Reply& reply);
  [[nodiscard]] Awaitable<void> pause(Milliseconds time);

  // The message.
  void begin_message();
  void resume_message();
  [[nodiscard]] Due take_text(std::string_view octets);
  [[nodiscard]] Due take_chunk_end(const std::optional<smtp::Reply>& refusal);
  void share_refusal();
  [[nodiscard]] Awaitable<void> settle_text();
  [[nodiscard]] Awaitable<void> decide_header();
  [[nodiscard]] Awaitable<void> end_message();
  [[nodiscard]] Awaitable<smtp::Reply> decide_message();
  [[nodiscard]] Awaitable<smtp::Reply> settle_each(const smtp::Reply& decided);
  [[nodiscard]] Awaitable<smtp::Reply> store_message(smtp::Reply accepted);
  void log_store_failure(const error_code& error);

  // Waiting.
  [[nodiscard]] bool must_leave() const noexcept;
  [[nodiscard]] bool may_wait();
  void begin_wait();
  [[nodiscard]] bool is_mere_silence() const noexcept;
  void lend_memory() noexcept;
  [[nodiscard]] bool is_between_commands() const noexcept;
  void end_wait(const Result<std::size_t>& octets);
  void prepare_for_silence();
  [[nodiscard]] SteadyTime due_from(SteadyTime now);
  [[nodiscard]] SteadyTime text_due_from(SteadyTime now) const;
  [[nodiscard]] SteadyTime rate_due() const;
  [[nodiscard]] bool is_too_slow() const;
  [[nodiscard]] Milliseconds hurried(Milliseconds limit) const noexcept;
  void note_read_failure(const error_code& error);
  void note_silence();
  [[nodiscard]] bool flush_now();
  [[nodiscard]] Awaitable<void> flush_rest();
  [[nodiscard]] Awaitable<Decision> settle(event::Dispatch& dispatch, Milliseconds limit);
  [[nodiscard]] Awaitable<void> await_handler(event::Dispatch& dispatch, Milliseconds limit);
  [[nodiscard]] Awaitable<void> await_late_handler();
  void handler_failed(std::string_view handler, std::string_view why) noexcept override;

  /// Whether anybody handles the event.
  template <class Event>
  [[nodiscard]] bool wants() {
    return !session_.chains().current(static_cast<std::size_t>(Event::chain)).places().empty();
  }

  /// A dispatch of `event` through its chain.
  template <class Event>
  [[nodiscard]] event::Dispatch dispatch_of(Event& event) {
    const auto chain = static_cast<std::size_t>(Event::chain);
    return {session_.chains().current(chain), event, *this};
  }

  Context& context_;
  net::Stream stream_;
  const Speech* speech_;
  smtp::ServerProtocol protocol_;
  Session session_;
  net::Deadline deadline_;
  InputBuffer input_;
  std::size_t in_hand_ = 0;  // octets of the input that what is dealt with now used up
  std::string output_;
  MemoryShare envelope_memory_;
  TransactionLog transaction_;
  std::unique_ptr<CommandRun> run_;
  std::unique_ptr<Reception> reception_;
  std::unique_ptr<Authentication> authentication_;  // while an exchange of AUTH runs
  Arrival arrival_;
  std::size_t failed_exchanges_ = 0;     // of AUTH, for whatever reason
  std::unique_ptr<net::Notice> paused_;  // set: a failed login waits for its reply
  std::unique_ptr<event::Message> message_;
  std::shared_ptr<HandlerWait> late_;  // a handler that was cancelled, but has not ended
  std::shared_ptr<const smtp::Envelope> late_envelope_;  // which it may still look at
  std::string message_by_;                               // who decided the message
  std::vector<smtp::Reply> replies_;  // to a message's end in LMTP; empty: one stands for all
  std::string_view reason_;           // why it is over; empty: it is not
  SteadyTime opened_at_;
  SteadyTime due_;          // when the time of the client, who is waited for, is over
  SteadyTime command_due_;  // zero: no command has begun to come
  SteadyTime message_begun_at_;
  SteadyTime message_refused_at_;  // zero: it is not
  std::size_t message_count_ = 0;
  SteadyTime chunk_ended_at_;  // since then the client has to send the next one
  bool is_waiting_ = false;    // for the client to say something
  bool is_hurried_ = false;    // in this wait
  bool is_draining_ = false;
  bool had_transaction_ = false;
};

}  // namespace quoth::session
