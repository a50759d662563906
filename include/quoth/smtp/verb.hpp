#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/smtp/envelope.hpp>
#include <quoth/smtp/reply.hpp>
#include <quoth/smtp/trust.hpp>

namespace quoth::smtp {

class Dialect;

/// Where a conversation stands (RFC 5321 §4.1.4).
enum class State : std::uint8_t {
  connected,  ///< Nothing said yet, or the banner was.
  greeted,    ///< HELO or EHLO was accepted; no transaction.
  mail,       ///< MAIL was accepted.
  rcpt,       ///< So was one recipient at least.
  body,       ///< The message's octets come: behind a 354, or those of a chunk (BDAT).
  chunks,     ///< Between two chunks of a message (RFC 3030 §2).
  exchange,   ///< AUTH goes on: responses of the client come behind 334 (RFC 4954 §4).
  securing,   ///< STARTTLS was accepted: no command comes before the handshake (RFC 3207 §4).
  refused,    ///< The banner was a refusal: only QUIT is taken (RFC 5321 §3.1).
  finished,   ///< 221 or 421 was sent, or a reply that closes.
};

/// A set of states.
class States {
 public:
  constexpr States(std::initializer_list<State> states) noexcept {
    for (const State state : states) bits_ |= bit(state);
  }
  [[nodiscard]] constexpr bool contains(State state) const noexcept {
    return (bits_ & bit(state)) != 0;
  }

 private:
  static constexpr unsigned bit(State state) noexcept { return 1U << static_cast<unsigned>(state); }
  unsigned bits_ = 0;
};

/// Whenever the server takes commands.
inline constexpr States any_time{State::connected, State::greeted, State::mail, State::rcpt,
                                 State::chunks};

/// What a positive reply to a verb does to the conversation, whoever gave the reply.
enum class Effect : std::uint8_t {
  none,
  greet,              ///< Forgets the transaction; the client has introduced itself.
  begin_transaction,  ///< Opens one with the sender that the grammar found.
  add_recipient,      ///< Adds the recipient that the grammar found.
  begin_body,         ///< What follows is the message's text. Positive here means 354.
  take_chunk,         ///< As many octets of the message follow as the grammar found (RFC 3030 §2).
  reset,              ///< Forgets the transaction (RFC 5321 §4.1.1.5).
  start_tls,          ///< TLS begins, and all that was said is forgotten. Positive here means 220.
  authenticate,       ///< 235: the client is who it says; 334: the exchange of AUTH goes on. A raw
                      ///< handler cannot begin one, and its 235 names nobody: Session::user() is
                      ///< empty.
  restart,            ///< Forgets everything, as if the client had just connected. Means 220.
};

/// What the grammar of a verb made of its argument; nothing for verbs without a grammar.
using Arguments =
    std::variant<std::monostate, HelloArguments, MailArguments, RcptArguments, ChunkArguments,
                 EtrnArguments, AuthArguments, XclientArguments, XforwardArguments>;

/// The result of a grammar: what it found, or the reply that says what is wrong.
using Parsed = std::variant<Arguments, Reply>;

/// Whether something stands after the verb.
enum class ArgumentRule : std::uint8_t { none, optional, required };

/// One verb of the protocol. Everything that is known of it stands here; a server finds it by name,
/// and anyone can define more, or other ones.
struct Verb {
  std::string name;                                ///< In upper case: "MAIL".
  std::string syntax;                              ///< For HELP and 501: "MAIL FROM:<path>".
  ArgumentRule argument = ArgumentRule::optional;  ///< Broken: 501.
  States allowed = any_time;                       ///< Otherwise: 503.
  Effect effect = Effect::none;
  std::string ehlo_line{};  ///< What EHLO lists for it; empty: nothing.
  /// Whether a client has to wait for the reply before it goes on, since it cannot know yet what
  /// holds then (RFC 2920 §3.1).
  bool ends_group = false;
  /// Whether it brings no message nearer, so that Limits::junk_commands counts it.
  bool is_junk = false;
  /// Whether it is taken where TLS is demanded and not there yet (RFC 3207 §4).
  bool before_tls = false;
  /// The same where AUTH is demanded (RFC 4954 §6).
  bool before_auth = false;
  /// What its longest line has beyond Limits::command_line_bytes, in octets.
  std::size_t line_octets = 0;
  /// Reads the argument, white space at its end cut. Empty: any argument will do.
  std::function<Parsed(std::string_view argument, const Dialect& dialect)> grammar{};
};

}  // namespace quoth::smtp
