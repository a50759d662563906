#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quoth {

/// What a server does against clients that mean no good. Each has a setting, a line in the log
/// (LogEvent::defence) and a counter.
enum class Defence : std::uint8_t {
  early_talker,         ///< Octets came before the banner: 554 5.5.0 and close.
  bad_pipelining,       ///< Commands came behind one that must stand last: 554 5.5.0 and close.
  other_protocol,       ///< HTTP, TLS or the like came: closed at once.
  errors,               ///< Limits::errors or refused_recipients reached: 421 4.7.0.
  junk_commands,        ///< Limits::junk_commands passed: 421 4.7.0.
  messages,             ///< Limits::messages passed: 421 4.7.0.
  slow_client,          ///< A message came slower than Defences::data_rate: 421 4.4.2.
  long_line,            ///< A command line passed its limit: 500 5.5.6.
  long_header,          ///< Limits::header_bytes passed: 552 5.3.4.
  long_refused,         ///< Limits::discarded_bytes passed: closed.
  total_connections,    ///< ConnectionLimits::total reached, or no descriptor is left: 421 4.3.2 in
                        ///< the banner's place.
  ip_connections,       ///< ConnectionLimits::per_ip reached: 421 4.7.0.
  network_connections,  ///< ConnectionLimits::per_network reached: 421 4.7.0.
  ip_rate,              ///< ConnectionLimits::ip_rate reached: 421 4.7.0.
  network_rate,         ///< ConnectionLimits::network_rate reached: 421 4.7.0.
  handshakes,           ///< TlsOptions::handshakes reached: no TLS for now.
  failed_handshake,     ///< A TLS handshake did not come about.
  failed_login,         ///< AUTH was refused: the reply waits.
  auth_failures,        ///< AuthOptions::failures or attempts reached: 421 4.7.0.
  overload,             ///< The server became overloaded: timeouts are short.
  count,
};

/// "early_talker": as it stands in the log.
[[nodiscard]] std::string_view defence_name(Defence defence) noexcept;

/// How often each defence has acted. Any thread.
class DefenceCounters {
 public:
  void add(Defence defence) noexcept {
    counts_[static_cast<std::size_t>(defence)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get(Defence defence) const noexcept {
    return counts_[static_cast<std::size_t>(defence)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Defence::count)> counts_{};
};

}  // namespace quoth
