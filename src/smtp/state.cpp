#include "smtp/state.hpp"

#include <string_view>

namespace quoth::smtp {

// The table (RFC 5321 §4.1.4). Rows: the effect of a verb. Columns: the state before. A dot: the
// verb's definition does not allow it there, so the client gets 503.
//
//                     connected  greeted  mail     rcpt     chunks   body
//   greet             greeted    greeted  greeted  greeted  greeted  .
//   begin_transaction .          mail     .        .        .        .
//   add_recipient     .          .        rcpt     rcpt     .        .
//   begin_body        .          .        .        body     .        .
//   take_chunk        .          .        .        body     body     .
//   reset             connected  greeted  greeted  greeted  greeted  .
//   restart           connected  connected .       .        .        .
//   start_tls         securing   securing securing securing securing .
//   authenticate      .          exchange .        .        .        .
//   none              the same state
//
// From the body, the end of the message and a chunk that is refused lead to greeted, any other
// chunk to chunks.
//
// The end of an exchange, whatever it is, leads to greeted. From `securing` no effect leads on: a
// conversation begins anew behind the handshake.
//
// A refusal in the banner's place leads to `refused`, which no effect leaves; a reply that closes
// leads from anywhere to `finished`.

State after(State state, Effect effect) noexcept {
  switch (effect) {
    case Effect::greet: return State::greeted;
    case Effect::begin_transaction: return State::mail;
    case Effect::add_recipient: return State::rcpt;
    case Effect::begin_body:
    case Effect::take_chunk: return State::body;
    case Effect::reset: return state == State::connected ? State::connected : State::greeted;
    case Effect::start_tls: return State::securing;
    case Effect::authenticate: return State::exchange;
    case Effect::restart: return State::connected;
    case Effect::none: break;
  }
  return state;
}

std::string_view out_of_order_text(State state, States allowed) noexcept {
  if (state == State::refused) return "5.5.1 there is no service here; send QUIT";
  if (state == State::connected) return "5.5.1 send HELO or EHLO first";
  if (state == State::chunks) return "5.5.1 a message is coming in chunks; BDAT ends it, or RSET";
  if (allowed.contains(State::greeted)) return "5.5.1 a transaction is open; RSET ends it";
  if (state == State::greeted) return "5.5.1 send MAIL first";
  if (state == State::mail) return "5.5.1 no valid recipient yet; send RCPT first";
  return "5.5.1 not now";
}

}  // namespace quoth::smtp
