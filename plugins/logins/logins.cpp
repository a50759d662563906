#include "plugins/logins/logins.hpp"

#include <string_view>
#include <utility>
#include <variant>

#include <quoth/auth.hpp>
#include <quoth/session.hpp>

namespace quoth::plugins {
namespace {

constexpr unsigned authenticated = 235;  // RFC 4954 §6

Decision believe() { return answer(authenticated, "2.7.0 authentication succeeded"); }

}  // namespace

void AnyPassword::attach(Chains& chains) {
  chains.get<event::Auth>().append("any-password", [](event::Auth& auth) -> Decision {
    const auto* const password = std::get_if<auth::Password>(&auth.credentials);
    return password != nullptr && !password->user.empty() ? believe() : pass();
  });
}

CertificateUsers::CertificateUsers(Users users) : users_{std::move(users)} {}

void CertificateUsers::attach(Chains& chains) {
  chains.get<event::Auth>().append("certificates",
                                   [this](event::Auth& auth) { return decide(auth); });
}

Decision CertificateUsers::decide(event::Auth& auth) const {
  if (!std::holds_alternative<auth::Certificate>(auth.credentials)) return pass();
  const auto& tls = auth.session.tls();
  if (!tls || !tls->client) return pass();
  const auto found = users_.find(tls->client->fingerprint);
  if (found == users_.end()) return pass();
  auth.log_in_as(found->second);
  return believe();
}

}  // namespace quoth::plugins
