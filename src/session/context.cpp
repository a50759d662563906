#include "session/context.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include "crypto/random.hpp"
#include "session/default_action.hpp"

namespace quoth::session {
namespace {

constexpr std::size_t secret_octets = 32;

bool is_switched_off(const ServerOptions& options, std::string_view keyword) {
  const auto found = options.extensions.find(keyword);
  return found != options.extensions.end() && !found->second;
}

/// What everybody may say, if only to hear that he may not (TrustOptions).
void add_claims(smtp::Dialect& dialect) {
  dialect.offer("XCLIENT");
  dialect.offer("XFORWARD");
}

/// AUTH is offered if there is a mechanism, wherever it then is of use.
smtp::Dialect with_auth(smtp::Dialect dialect, const AuthOptions& auth) {
  add_claims(dialect);
  if (!auth.mechanisms.empty()) dialect.offer("AUTH");
  if (auth.is_required) dialect.demand_auth();
  return dialect;
}

smtp::Dialect clear_dialect(smtp::Dialect dialect, const ServerOptions& options) {
  dialect.withdraw("REQUIRETLS");  // RFC 8689 §2 (2): under TLS alone
  const TlsMode mode = options.tls.mode;
  if (mode == TlsMode::starttls || mode == TlsMode::required) dialect.offer("STARTTLS");
  if (mode == TlsMode::required) dialect.demand_tls();
  return with_auth(std::move(dialect), options.auth);
}

smtp::Dialect secured_dialect(smtp::Dialect dialect, const ServerOptions& options) {
  dialect.offer("STARTTLS");  // so that it is known to be on already
  if (!is_switched_off(options, "REQUIRETLS")) dialect.offer("REQUIRETLS");
  return with_auth(std::move(dialect), options.auth).secured();
}

}  // namespace

Speech::Speech(smtp::Dialect dialect, Chains& chains) : dialect_{std::move(dialect)} {
  for (const smtp::Verb& verb : dialect_.verbs()) {
    const DefaultAction* const action = find_default_action(verb.name);
    const std::size_t chain =
        action != nullptr ? chains.add_default(verb.name) : chains.index_of_verb(verb.name);
    plans_.push_back({chain, action});
  }
}

Context::Context(const ServerOptions& o, const smtp::Dialect& d, Chains& c, DefenceCounters& n,
                 net::BlockingPool& p, net::TlsServer* t)
    : options{o},
      chains{c},
      defences{n},
      pool{p},
      tls{t},
      clear{clear_dialect(d, o), c},
      secured{secured_dialect(d, o), c},
      trusted{net::NetworkSet{o.trust.proxy}, net::NetworkSet{o.trust.xclient},
              net::NetworkSet{o.trust.xforward}},
      guard{o.auth},
      secret{crypto::random_octets(secret_octets)},
      ids{*o.clock},
      memory{o.memory_bytes},
      load{o} {}

}  // namespace quoth::session
