#include "plugins/recipients/relay.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "plugins/shared/clients.hpp"
#include "plugins/shared/pattern.hpp"

namespace quoth::plugins {

Relay::Relay(RelayRules rules) : rules_{std::move(rules)} {
  for (std::string& pattern : rules_.routed) pattern = canonical_domains(pattern);
}

RelayVerdict Relay::decide(const Session& session, const mail::Mailbox& recipient) const {
  const bool is_user = rules_.for_authenticated && session.is_authenticated();
  if (!is_user && !comes_from(rules_.networks, session)) return RelayVerdict::denied;
  if (recipient.is_bare_postmaster() || recipient.has_address_literal()) {
    return RelayVerdict::denied;
  }
  if (!is_user && names_a_second_address(recipient.local())) return RelayVerdict::denied;
  const bool has_route = most_specific(rules_.routed, recipient.domain()) != rules_.routed.size();
  return has_route ? RelayVerdict::taken : RelayVerdict::no_route;
}

bool names_a_second_address(std::string_view local) noexcept {
  return local.find_first_of("%!@") != std::string_view::npos;
}

}  // namespace quoth::plugins
