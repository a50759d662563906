#pragma once

#include <vector>

#include <quoth/network.hpp>
#include <quoth/session.hpp>

namespace quoth::plugins {

/// Whether the client comes from one of `networks`. One that a trusted peer does not name comes
/// from none.
[[nodiscard]] bool comes_from(const std::vector<Network>& networks, const Session& session);

}  // namespace quoth::plugins
