#include "session/claims.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "net/address.hpp"

namespace quoth::session {
namespace {

/// The peer is the client no longer.
void speak_for_another(Session::Facts& facts, Claim claim) {
  facts.claim = claim;
  if (!facts.peer) facts.peer = facts.client;
}

template <class T>
void take(T& to, const std::optional<T>& said) {
  if (said) to = *said;
}

/// What stands behind "by " in the comment, and is free of what could end it.
std::string_view name_of(Claim claim) noexcept {
  return claim == Claim::proxy ? "PROXY" : "XCLIENT";
}

}  // namespace

std::optional<net::PeerKeys> take_claim(Session::Facts& facts, const net::ProxyHeader& header) {
  if (header.is_local) return std::nullopt;
  speak_for_another(facts, Claim::proxy);
  if (!header.addresses) {  // for whom, it does not know
    facts.client = {};
    return std::nullopt;
  }
  const net::HostPort client = net::host_port(header.addresses->client);
  const net::HostPort server = net::host_port(header.addresses->server);
  facts.client = {client.host, client.port};
  facts.proxied = ProxyFacts{.server_address = server.host,
                             .server_port = server.port,
                             .authority = header.authority,
                             .protocol = header.protocol,
                             .unique_id = header.unique_id,
                             .tls = header.tls};
  return net::peer_keys(header.addresses->client);
}

std::optional<net::PeerKeys> take_claim(Session::Facts& facts,
                                        const smtp::XclientArguments& arguments) {
  speak_for_another(facts, Claim::xclient);
  facts.forwarded.reset();
  take(facts.client.name, arguments.name);
  take(facts.client.address, arguments.address);
  take(facts.client.port, arguments.port);
  take(facts.helo, arguments.helo);
  facts.user = arguments.login.value_or("");
  facts.auth_mechanism = facts.user.empty() ? "" : "XCLIENT";
  if (!facts.proxied) facts.proxied = ProxyFacts{};
  take(facts.proxied->server_address, arguments.server_address);
  take(facts.proxied->server_port, arguments.server_port);
  take(facts.proxied->smtp, arguments.protocol);
  return arguments.address ? net::peer_keys(std::string_view{*arguments.address}) : std::nullopt;
}

void take_claim(Session::Facts& facts, const smtp::XforwardArguments& arguments) {
  if (!facts.forwarded) facts.forwarded = Forwarded{};
  Forwarded& to = *facts.forwarded;
  take(to.name, arguments.name);
  take(to.address, arguments.address);
  take(to.port, arguments.port);
  take(to.helo, arguments.helo);
  take(to.protocol, arguments.protocol);
  take(to.ident, arguments.ident);
  take(to.source, arguments.source);
}

void forget_claim(Session::Facts& facts) {
  facts.forwarded.reset();
  if (facts.claim != Claim::xclient) return;
  facts.client = *facts.peer;
  facts.claim = Claim::none;
  facts.peer.reset();
  facts.proxied.reset();
  facts.helo.clear();
}

std::string claim_comment(const Session& session) {
  if (session.claim() == Claim::none) return {};
  const std::string& peer = session.peer().address;
  return std::string{"by "}
      .append(name_of(session.claim()))
      .append(" of ")
      .append(peer.empty() ? "local socket" : peer);
}

}  // namespace quoth::session
