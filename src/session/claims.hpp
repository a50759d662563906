#pragma once

#include <optional>
#include <string>

#include <quoth/session.hpp>
#include <quoth/smtp/trust.hpp>

#include "net/peer_keys.hpp"
#include "net/proxy_header.hpp"

// What trusted peers say of their clients (TrustOptions), taken into a session. What was not said
// stays as it is.

namespace quoth::session {

/// @returns whom the client counts with from now on; none: as before.
std::optional<net::PeerKeys> take_claim(Session::Facts& facts, const net::ProxyHeader& header);
/// The session begins anew with it, as for a client that has just connected.
std::optional<net::PeerKeys> take_claim(Session::Facts& facts,
                                        const smtp::XclientArguments& arguments);
void take_claim(Session::Facts& facts, const smtp::XforwardArguments& arguments);

/// What the Received field says of who has told us of this client; empty if nobody but the client.
[[nodiscard]] std::string claim_comment(const Session& session);

}  // namespace quoth::session
