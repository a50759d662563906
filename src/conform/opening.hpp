#pragma once

#include <string>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "conform/situation.hpp"
#include "conform/wire.hpp"

namespace quoth::conform {

/// What became of a connection's beginning.
struct Opened {
  std::string problem = {};  ///< Empty: it is open.
  Outcome::Skip skip = Outcome::Skip::none;
};

/// What stands ahead of all else on a connection that has been made: the PROXY header, and the
/// handshake of implicit TLS.
[[nodiscard]] Awaitable<Opened> begin(Wire& wire, const Situation& situation, Opening opening);

/// STARTTLS on a connection whose EHLO was answered, and the handshake.
[[nodiscard]] Awaitable<Opened> secure(Wire& wire, const Situation& situation);

/// Connects, and does all that `opening` asks for. The greeting is still to be received.
[[nodiscard]] Awaitable<Opened> open(Wire& wire, const Situation& situation, Opening opening);

}  // namespace quoth::conform
