#include "plugins/recipients/recipients.hpp"

#include <utility>

namespace quoth::plugins {

Recipients::Recipients(RecipientTable table) : table_{std::move(table)} {}

void Recipients::attach(Chains& chains) {
  chains.get<event::Rcpt>().append("recipients",
                                   [this](event::Rcpt& rcpt) { return decide(rcpt); });
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
    case RecipientVerdict::foreign: return reject("5.7.1 relaying denied");
  }
  return reject("5.7.1 relaying denied");
}

}  // namespace quoth::plugins
