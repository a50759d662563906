#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "bench/options.hpp"
#include "bench/report.hpp"

namespace quoth::bench {

/// How far a measurement has come.
struct Progress {
  std::uint64_t messages = 0;
  std::chrono::milliseconds elapsed{0};
  bool is_warming_up = false;
};

/// What a measurement tells, and is told, while it runs.
struct Hooks {
  const std::atomic<bool>& is_stopped;               ///< Ends it in good order, with what it has.
  std::function<void(const Progress&)> on_progress;  ///< Once a second; may be empty.
};

/// Measures. Blocks until it is done. @throws Unmeasurable, std::system_error.
[[nodiscard]] Report run(const Options& options, const Hooks& hooks);

}  // namespace quoth::bench
