#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/event.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "core/memory_budget.hpp"
#include "event/dispatch.hpp"
#include "net/stream.hpp"
#include "session/arrival.hpp"
#include "session/authentication.hpp"
#include "session/context.hpp"

namespace quoth::session {

/// What a command's way needs from its connection. All outlives the run.
struct Surroundings {
  Context& context;
  const Speech& speech;
  Session& session;
  smtp::ServerProtocol& protocol;
  MemoryShare& envelope_memory;
  event::FailureListener& failures;
  Arrival& arrival;
  std::unique_ptr<Authentication>& authentication;  ///< The exchange that AUTH begins.
  net::Stream* stream;                              ///< For its channel bindings; null: none.
};

/// One command line on its way: the verb's raw chain, at its end the default action, which may fire
/// a typed event with a chain of its own. Makes no coroutine: where a handler waits it stops, and
/// the caller awaits. Neither the protocol's command nor its envelope may change until it is done.
class CommandRun {
 public:
  enum class Progress : std::uint8_t { done, must_wait };

  explicit CommandRun(const Surroundings& surroundings);
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;
  ~CommandRun() = default;

  /// Runs until there is a reply, or a handler must be awaited.
  [[nodiscard]] Progress run();
  /// The dispatch whose handler waits. @pre run() said must_wait.
  [[nodiscard]] event::Dispatch& waiting() noexcept { return typed_ ? *typed_ : raw_; }

  /// The command's reply. @pre run() said done.
  [[nodiscard]] const smtp::Reply& reply() const noexcept { return *reply_; }
  /// The handler that gave it; "default" if none did. Valid until the session's chains settle.
  [[nodiscard]] std::string_view answered_by() const noexcept { return answered_by_; }

  [[nodiscard]] const Surroundings& surroundings() const noexcept { return around_; }
  [[nodiscard]] smtp::Command& command() const noexcept { return around_.protocol.command(); }

  /// Begins the typed event of the default action.
  template <class Event, class... Parts>
  void fire(Parts&&... parts) {
    Event& event = typed_event_.emplace<Event>(around_.session, std::forward<Parts>(parts)...);
    const auto chain = static_cast<std::size_t>(Event::chain);
    typed_.emplace(around_.session.chains().current(chain), event, around_.failures);
  }

  /// What a DATA that was accepted begins with. Empty if a raw handler accepted it by itself.
  struct Receipt {
    std::string queue_id;
    std::string received;
  };
  [[nodiscard]] Receipt& receipt() noexcept { return receipt_; }
  /// The Data event, if it was fired: what its handlers chose.
  [[nodiscard]] event::Data* data() noexcept { return std::get_if<event::Data>(&typed_event_); }

 private:
  using TypedEvent = std::variant<std::monostate, event::Connect, event::Helo, event::Mail,
                                  event::Rcpt, event::Data, event::Etrn, event::Unknown>;

  [[nodiscard]] Progress step();
  void begin_default();
  void end_typed(Decision typed);
  void pass_raw();

  Surroundings around_;
  event::Command raw_event_;
  event::Dispatch raw_;
  TypedEvent typed_event_;
  std::optional<event::Dispatch> typed_;  // set: it runs, and the raw chain waits for it
  std::optional<smtp::Reply> reply_;
  Receipt receipt_;
  std::string_view answered_by_ = "default";
  std::string_view typed_by_ = "default";  // who answered on the default action's behalf
};

}  // namespace quoth::session
