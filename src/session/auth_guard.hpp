#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <quoth/server_options.hpp>

#include "net/peer_keys.hpp"

namespace quoth::session {

/// What a server remembers of logins that failed: of each network, and of each user in a network;
/// never of a user alone, so that nobody can lock another one out. Memory is fixed, whoever tries
/// how often: 16,384 networks and as many users, about 1.9 MB, from the first failure on. A flood
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

  /// How long the reply waits to a login that could not be looked at: as long as after the last
  /// failure of this user in this network, and at least as after a first one. Counts nothing.
  [[nodiscard]] std::chrono::milliseconds delay(const std::optional<net::AddressKey>& network,
                                                std::string_view user, Time now) const;

  /// Keeps logins that come to nothing, for whatever reason, from filling the log: of one network
  /// (or, of a Unix socket, of one user) the first `always_told` are to be told, then the 16th, the
  /// 32nd, the 64th … One without any for `failure_window` begins anew.
  /// @returns how many it were, this one included, if it is to be told.
  [[nodiscard]] std::optional<std::uint64_t> hear(const std::optional<net::AddressKey>& network,
                                                  std::string_view user, Time now);
  static constexpr std::uint32_t always_told = 8;

  /// Forgets the failures of this user in this network. Those of the network stay: who has one
  /// account may not try the others.
  void succeeded(const std::optional<net::AddressKey>& network, std::string_view user, Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quoth::session
