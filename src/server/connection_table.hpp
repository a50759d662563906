#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <quoth/defence.hpp>
#include <quoth/server_options.hpp>

#include "net/peer_keys.hpp"
#include "server/address_hash.hpp"
#include "server/rate_table.hpp"

namespace quoth::server {

/// Counts a server's connections: in total, of each address and of each network, and how often
/// those connect. Any thread.
class ConnectionTable {
 public:
  using Time = RateTable::Time;

  explicit ConnectionTable(const ConnectionLimits& limits);

  /// Counts a connection, unless a limit is reached; a refused one counts for no rate. No keys: a
  /// Unix socket.
  /// @returns the limit that was reached.
  [[nodiscard]] std::optional<Defence> enter(const std::optional<net::PeerKeys>& peer, Time now);
  /// The same for a connection that was counted without keys, once it is known whom it is of.
  [[nodiscard]] std::optional<Defence> identify(const net::PeerKeys& peer, Time now);
  /// @pre enter() has counted it.
  void leave(const std::optional<net::PeerKeys>& peer) noexcept;

  [[nodiscard]] std::size_t count() const noexcept {
    return total_.load(std::memory_order_relaxed);
  }

 private:
  using Counts = std::unordered_map<net::AddressKey, std::size_t, AddressHash>;

  [[nodiscard]] std::optional<Defence> count_peer(const net::PeerKeys& peer, Time now);
  [[nodiscard]] std::optional<Defence> limit_reached(const net::PeerKeys& peer, Time now) const;

  ConnectionLimits limits_;
  std::atomic<std::size_t> total_{0};
  std::mutex mutex_;
  Counts per_ip_;
  Counts per_network_;  // empty unless there is a limit
  std::optional<RateTable> ip_rate_;
  std::optional<RateTable> network_rate_;
};

}  // namespace quoth::server
