#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "bench/connection.hpp"
#include "bench/loop.hpp"
#include "bench/options.hpp"
#include "bench/script.hpp"
#include "bench/tally.hpp"
#include "net/tls_client.hpp"

namespace quoth::bench {

/// Connections that only wait behind their EHLO.
class Holder final : private Connection::Owner {
 public:
  Holder(const Options& options, const Script& script);
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() override;

  /// Opens so many more, a few at a time, and waits until each is open or has failed.
  /// @returns false: `is_stopped` came first.
  bool open(std::size_t count, const std::atomic<bool>& is_stopped);

  /// Looks after them for so long. @returns as open().
  bool hold(std::chrono::milliseconds time, const std::atomic<bool>& is_stopped);

  /// Says QUIT on all of them, and waits until the server has closed them.
  void close();

  /// How many are open.
  [[nodiscard]] std::size_t held() const noexcept { return held_; }
  [[nodiscard]] const Tally& tally() const noexcept { return *tally_; }
  /// The answer to the first connection's last EHLO.
  [[nodiscard]] const std::string& hello() const noexcept { return hello_; }

 private:
  void on_connected(Connection& connection) override;
  void on_secured(Connection& connection, bool is_resumed) override;
  void on_ready(Connection& connection, bool is_sent) override;
  void on_failed(Connection& connection, std::string_view command, std::string_view reply) override;
  void on_closed(Connection& connection) override;
  void run_once(std::chrono::milliseconds at_most);

  const Options& options_;
  const Script& script_;
  Loop loop_;
  std::unique_ptr<net::TlsClient> tls_;
  std::string hello_;
  std::unique_ptr<Tally> tally_;
  std::deque<Connection> connections_;
  Clock::time_point next_sweep_{};
  std::size_t opening_ = 0;
  std::size_t held_ = 0;
  std::size_t open_ = 0;
  bool is_closing_ = false;
};

}  // namespace quoth::bench
