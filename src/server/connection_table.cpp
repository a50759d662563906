#include "server/connection_table.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>

namespace quoth::server {
namespace {

template <class Counts>
std::size_t count_of(const Counts& counts, const net::AddressKey& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <class Counts>
void take_one(Counts& counts, const net::AddressKey& key) noexcept {
  const auto found = counts.find(key);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

ConnectionTable::ConnectionTable(const ConnectionLimits& limits) : limits_{limits} {
  if (limits.ip_rate) ip_rate_.emplace(*limits.ip_rate);
  if (limits.network_rate) network_rate_.emplace(*limits.network_rate);
}

std::optional<Defence> ConnectionTable::limit_reached(const net::PeerKeys& peer, Time now) const {
  if (count_of(per_ip_, peer.address) >= limits_.per_ip) return Defence::ip_connections;
  if (limits_.per_network && count_of(per_network_, peer.network) >= *limits_.per_network) {
    return Defence::network_connections;
  }
  if (ip_rate_ && !ip_rate_->allows(peer.address, now)) return Defence::ip_rate;
  if (network_rate_ && !network_rate_->allows(peer.network, now)) return Defence::network_rate;
  return std::nullopt;
}

std::optional<Defence> ConnectionTable::enter(const std::optional<net::PeerKeys>& peer, Time now) {
  const std::lock_guard lock{mutex_};
  if (count() >= limits_.total) return Defence::total_connections;
  if (peer) {
    if (const auto limit = count_peer(*peer, now)) return limit;
  }
  total_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

std::optional<Defence> ConnectionTable::identify(const net::PeerKeys& peer, Time now) {
  const std::lock_guard lock{mutex_};
  return count_peer(peer, now);
}

std::optional<Defence> ConnectionTable::count_peer(const net::PeerKeys& peer, Time now) {
  if (const auto limit = limit_reached(peer, now)) return limit;
  ++per_ip_[peer.address];
  if (limits_.per_network) ++per_network_[peer.network];
  if (ip_rate_) ip_rate_->count(peer.address, now);
  if (network_rate_) network_rate_->count(peer.network, now);
  return std::nullopt;
}

void ConnectionTable::leave(const std::optional<net::PeerKeys>& peer) noexcept {
  const std::lock_guard lock{mutex_};
  total_.fetch_sub(1, std::memory_order_relaxed);
  if (!peer) return;
  take_one(per_ip_, peer->address);
  if (limits_.per_network) take_one(per_network_, peer->network);
}

}  // namespace quoth::server
