#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/config_sections.hpp"
#include "plugins/shared/pattern.hpp"

namespace quoth::app {
namespace {

bool has_route(const Config& config, std::string_view domain) {
  return std::ranges::any_of(
      config.routes, [&](const MailRoute& route) { return plugins::covers(route.domain, domain); });
}

/// Two patterns meet if either takes in the other: domains have no other way to overlap.
bool meets(std::string_view a, std::string_view b) {
  return plugins::covers(a, b) || plugins::covers(b, a);
}

void check_routes(const Config& config, const ConfigPlaces& places, Diagnostics& diagnostics) {
  for (const Located& domain : places.accepted) {
    if (has_route(config, domain.text)) continue;
    diagnostics.error(
        fmt::format("mail for `{}` is accepted and has no route", domain.text), domain.where,
        fmt::format(R"(add [route."{}"] with via = "maildir:/var/mail/{{domain}}/{{local}}")",
                    domain.text));
  }
}

/// `<Postmaster>` has no domain of its own: where only wildcards are accepted, it is the host's
/// (RFC 5321 §4.5.1).
void check_postmaster(const Config& config, const ConfigPlaces& places, Diagnostics& diagnostics) {
  if (config.hostname.empty() || has_route(config, config.hostname) || places.accepted.empty()) {
    return;
  }
  const auto is_wildcard = [](const std::string& domain) { return domain.starts_with('*'); };
  for (const Listener& listener : config.listeners) {
    const std::vector<std::string>& accept = listener.accept;
    if (accept.empty() || !std::ranges::all_of(accept, is_wildcard)) continue;
    diagnostics.error(
        fmt::format("mail for <Postmaster> goes to `{}`, which has no route", config.hostname),
        places.accepted.front().where,
        fmt::format(R"(add [route."{}"], or name a domain of yours without "*")", config.hostname));
    return;
  }
}

void check_recipients(const ConfigPlaces& places, Diagnostics& diagnostics) {
  for (const Located& domain : places.recipient_domains) {
    const bool accepted = std::ranges::any_of(
        places.accepted, [&](const Located& accept) { return meets(accept.text, domain.text); });
    if (accepted) continue;
    diagnostics.warning(fmt::format("no listener accepts mail for `{}`", domain.text), domain.where,
                        "add it to `accept` of a [[listener]]");
  }
}

/// The routes that some mail takes which the listener relays.
std::vector<const MailRoute*> foreign_routes(const Config& config, const Listener& listener) {
  std::vector<const MailRoute*> result;
  for (const MailRoute& route : config.routes) {
    const bool is_ours = std::ranges::any_of(listener.accept, [&](const std::string& accepted) {
      return plugins::covers(accepted, route.domain);
    });
    if (!is_ours) result.push_back(&route);
  }
  return result;
}

void warn_of_kept_mail(const std::vector<const MailRoute*>& routes, Region where,
                       std::set<const MailRoute*>& told, Diagnostics& diagnostics) {
  constexpr std::string_view prefix = "maildir:";
  for (const MailRoute* route : routes) {
    if (!route->via.starts_with(prefix) || !told.insert(route).second) continue;
    diagnostics.warning(
        fmt::format("mail that is relayed to `{}` is kept in {}, not sent: this version has no "
                    "outbound delivery",
                    route->domain, route->via.substr(prefix.size())),
        where, "without that route it is refused, 550 5.4.4");
  }
}

void check_relays(const Config& config, const ConfigPlaces& places, Diagnostics& diagnostics) {
  std::set<const MailRoute*> told;
  for (std::size_t i = 0; i < places.relays.size(); ++i) {
    const Listener& listener = config.listeners[i];
    const bool takes_all = std::ranges::find(listener.accept, "*") != listener.accept.end();
    if (!listener.relay.is_possible() || takes_all) continue;
    const std::vector<const MailRoute*> routes = foreign_routes(config, listener);
    warn_of_kept_mail(routes, places.relays[i], told, diagnostics);
    if (!routes.empty()) continue;
    diagnostics.warning(
        fmt::format("mail of `{}` for other domains has no route: 550 5.4.4", listener.alias),
        places.relays[i], R"(add [route."*"], or relay = "never")");
  }
}

}  // namespace

void check_config(const Config& config, const ConfigPlaces& places, Diagnostics& diagnostics) {
  check_routes(config, places, diagnostics);
  check_postmaster(config, places, diagnostics);
  check_recipients(places, diagnostics);
  check_relays(config, places, diagnostics);
}

}  // namespace quoth::app
