#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include <quoth/server_options.hpp>

namespace quoth::server {

/// Counts a server's connections, in total and of each address. Any thread.
class ConnectionTable {
 public:
  explicit ConnectionTable(ConnectionLimits limits) noexcept : limits_{limits} {}

  enum class Entry : std::uint8_t { granted, total_reached, per_ip_reached };

  /// Counts a connection from `ip`, unless a limit is reached. Empty: a Unix socket.
  [[nodiscard]] Entry enter(const std::string& ip);
  /// @pre enter() granted it.
  void leave(const std::string& ip) noexcept;

  [[nodiscard]] std::size_t count() const noexcept {
    return total_.load(std::memory_order_relaxed);
  }

 private:
  ConnectionLimits limits_;
  std::atomic<std::size_t> total_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> per_ip_;
};

}  // namespace quoth::server
