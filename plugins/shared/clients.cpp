#include "plugins/shared/clients.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace quoth::plugins {

bool comes_from(const std::vector<Network>& networks, const Session& session) {
  const std::string& address = session.client().address;
  // A Unix socket's client has no address, and neither has one that a proxy would not name.
  if (address.empty() && session.claim() != Claim::none) return false;
  return std::ranges::any_of(networks,
                             [&](const Network& network) { return network.contains(address); });
}

}  // namespace quoth::plugins
