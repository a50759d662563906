#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bench/options.hpp"

namespace quoth::bench {

/// When the messages of an open loop are due: message k at start + k / rate, whatever the server
/// does meanwhile. Each thread has every n-th of them.
class Schedule {
 public:
  /// `limit`: how many messages there are; `end`: from when on none is due.
  Schedule(Clock::time_point start, double rate, std::size_t threads, std::size_t thread,
           std::optional<std::uint64_t> limit, std::optional<Clock::time_point> end) noexcept
      : start_{start}, rate_{rate}, threads_{threads}, limit_{limit}, end_{end}, next_{thread} {}

  /// When the next message is due; none: there are no more.
  [[nodiscard]] std::optional<Clock::time_point> next_due() const noexcept {
    if (limit_ && next_ >= *limit_) return std::nullopt;
    const Clock::time_point due = due_of(next_);
    if (end_ && due >= *end_) return std::nullopt;
    return due;
  }

  /// Takes the next message if it is due by now.
  [[nodiscard]] std::optional<Clock::time_point> take(Clock::time_point now) noexcept {
    const std::optional<Clock::time_point> due = next_due();
    if (!due || *due > now) return std::nullopt;
    next_ += threads_;
    return due;
  }

  /// How many are due by now and have not been taken.
  [[nodiscard]] std::uint64_t behind(Clock::time_point now) const noexcept {
    Schedule rest{*this};
    std::uint64_t count = 0;
    while (rest.take(now)) ++count;
    return count;
  }

 private:
  [[nodiscard]] Clock::time_point due_of(std::uint64_t k) const noexcept {
    const std::chrono::duration<double> offset{static_cast<double>(k) / rate_};
    return start_ + std::chrono::duration_cast<Clock::duration>(offset);
  }

  Clock::time_point start_;
  double rate_;
  std::size_t threads_;
  std::optional<std::uint64_t> limit_;
  std::optional<Clock::time_point> end_;
  std::uint64_t next_;
};

}  // namespace quoth::bench
