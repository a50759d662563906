#pragma once

#include <functional>
#include <optional>

#include <quoth/defence.hpp>

#include "net/peer_keys.hpp"

namespace quoth::session {

/// How a connection came, besides what handlers see of it.
struct Arrival {
  /// Whom its failed logins count with; none for a Unix socket.
  std::optional<net::PeerKeys> keys{};
  /// A header of the PROXY protocol has to come first (TrustOptions).
  bool speaks_proxy = false;
  bool may_xclient = false;
  bool may_xforward = false;
  /// Counts the client that the header names.
  /// @returns the limit that it reaches, if one is.
  std::function<std::optional<Defence>(const net::PeerKeys&)> identify{};
};

}  // namespace quoth::session
