#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <quoth/server_options.hpp>

#include "net/peer_keys.hpp"

namespace quoth::session {

/// What a server remembers of logins that failed: of each network, and of each user in a network;
/// never of a user alone, so that nobody can lock another one out. Memory is fixed, whoever tries
/// how often: 16,384 networks and as many users, about 1.4 MB, from the first failure on. A flood
/// of more makes it forget those who failed least. Any thread.
class AuthGuard {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit AuthGuard(const AuthOptions& options);
  AuthGuard(const AuthGuard&) = delete;
  AuthGuard& operator=(const AuthGuard&) = delete;
  ~AuthGuard();

  /// Whether the network has failed `failures` times within `failure_window`, or up to an eighth of
  /// it earlier. `network`: of PeerKeys; a Unix socket's
  /// clients, which have none, are never blocked.
  [[nodiscard]] bool is_blocked(const std::optional<net::AddressKey>& network, Time now) const;

  /// Counts a failure. `user`: as the client wrote it; empty: it named nobody. The user's failures
  /// are forgotten once none has come for `failure_window`.
  /// @returns how long its reply is to wait.
  [[nodiscard]] std::chrono::milliseconds failed(const std::optional<net::AddressKey>& network,
                                                 std::string_view user, Time now);

  /// Forgets the failures of this user in this network. Those of the network stay: who has one
  /// account may not try the others.
  void succeeded(const std::optional<net::AddressKey>& network, std::string_view user, Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quoth::session
