#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "bench/options.hpp"
#include "bench/tally.hpp"

namespace quoth::bench {

/// What the server has used.
struct ServerUse {
  double user_us = 0;    ///< Processor time of the counted part.
  double system_us = 0;  ///< The same.
  std::optional<std::uint64_t> memory_kib{};
  std::optional<std::uint64_t> memory_peak_kib{};
  std::size_t processes = 0;
};

/// What connections that only wait cost the server.
struct IdleUse {
  std::size_t connections = 0;  ///< That were held.
  std::optional<std::uint64_t> memory_before_kib{};
  std::optional<std::uint64_t> memory_kib{};
  /// None: the memory is not known, or nothing was held.
  [[nodiscard]] std::optional<double> kib_per_connection() const noexcept;
};

/// What a measurement found.
struct Report {
  std::string target;
  Scenario scenario{};
  bool has_login = false;
  bool has_load = true;  ///< Not only idle connections.
  Tally tally{};
  double seconds = 0;            ///< From the first message's begin to the last one's end.
  double generator_us = 0;       ///< Our own processor time.
  double generator_percent = 0;  ///< Of what our threads could have used.
  std::optional<ServerUse> server{};
  std::optional<IdleUse> idle{};
  bool is_interrupted = false;
  bool is_rate_held = true;
  std::string problem{};  ///< Why it ended early; empty: it did not.

  /// All was as it should be.
  [[nodiscard]] bool is_good() const noexcept {
    return tally.failed == 0 && tally.unexpected.empty() && problem.empty();
  }
  [[nodiscard]] double per_second() const noexcept {
    return seconds > 0 ? static_cast<double>(tally.messages) / seconds : 0;
  }
};

}  // namespace quoth::bench
