#include "plugins/recipients/recipients.hpp"

#include <utility>

namespace quoth::plugins {

Recipients::Recipients(RecipientTable table, RelayRules relay)
    : table_{std::move(table)}, relay_{std::move(relay)} {}

void Recipients::attach(Chains& chains) {
  auto chain = chains.get<event::Rcpt>();
  if (relay_.is_possible()) {
    chain.prepend("relay", [this](event::Rcpt& rcpt) { return check_route(rcpt); });
  }
  chain.append("recipients", [this](event::Rcpt& rcpt) { return decide(rcpt); });
}

Decision Recipients::check_route(const event::Rcpt& rcpt) const {
  if (relay_of(rcpt) != RelayVerdict::no_route) return pass();
  return reject("5.4.4 no route to that domain");
}

Decision Recipients::decide(event::Rcpt& rcpt) const {
  if (rcpt.recipient.is_bare_postmaster()) {
    if (table_.postmaster_domain().empty()) return reject("5.7.1 relaying denied");
    rcpt.recipient = rcpt.recipient.at(table_.postmaster_domain());
    return accept("2.1.5 recipient ok");
  }
  switch (table_.find(rcpt.recipient.local(), rcpt.recipient.domain())) {
    case RecipientVerdict::known: return accept("2.1.5 recipient ok");
    case RecipientVerdict::unknown: return reject("5.1.1 no such user here");
    case RecipientVerdict::foreign: break;
  }
  if (relay_of(rcpt) == RelayVerdict::taken) return accept("2.1.5 recipient ok");
  return reject("5.7.1 relaying denied");
}

/// A strange local part at a domain of ours is no foreign recipient, whatever it asks for.
RelayVerdict Recipients::relay_of(const event::Rcpt& rcpt) const {
  if (table_.accepts(rcpt.recipient.domain())) return RelayVerdict::denied;
  return relay_.decide(rcpt.session, rcpt.recipient);
}

}  // namespace quoth::plugins
