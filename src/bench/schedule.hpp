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
  /// What is due and has not been begun by then, behind `end`, is left undone.
  static constexpr std::chrono::milliseconds grace{200};

  /// `limit`: how many messages there are; `end`: from when on none is due.
  Schedule(Clock::time_point start, double rate, std::size_t threads, std::size_t thread,
           std::optional<std::uint64_t> limit, std::optional<Clock::time_point> end) noexcept
      : start_{start}, rate_{rate}, threads_{threads}, limit_{limit}, end_{end}, next_{thread} {}

  /// When the next message is due; none: there are no more to begin.
  [[nodiscard]] std::optional<Clock::time_point> next_due(Clock::time_point now) const noexcept {
    if (end_ && now >= *end_ + grace) return std::nullopt;
    return next_due();
  }

  /// Takes the next message if it is due by now.
  [[nodiscard]] std::optional<Clock::time_point> take(Clock::time_point now) noexcept {
    const std::optional<Clock::time_point> due = next_due(now);
    if (!due || *due > now) return std::nullopt;
    next_ += threads_;
    return due;
  }

  /// How many were due by now and have not been taken.
  [[nodiscard]] std::uint64_t behind(Clock::time_point now) const noexcept {
    Schedule rest{*this};
    std::uint64_t count = 0;
    for (auto due = rest.next_due(); due && *due <= now; due = rest.next_due()) {
      rest.next_ += threads_;
      ++count;
    }
    return count;
  }

 private:
  [[nodiscard]] std::optional<Clock::time_point> next_due() const noexcept {
    if (limit_ && next_ >= *limit_) return std::nullopt;
    const Clock::time_point due = due_of(next_);
    if (end_ && due >= *end_) return std::nullopt;
    return due;
  }
  [[nodiscard]] Clock::time_point due_of(std::uint64_t k) const noexcept {
    const std::chrono::duration<double> offset{static_cast<double>(k) / rate_};
    return start_ + std::chrono::round<Clock::duration>(offset);
  }

  Clock::time_point start_;
  double rate_;
  std::size_t threads_;
  std::optional<std::uint64_t> limit_;
  std::optional<Clock::time_point> end_;
  std::uint64_t next_;
};

}  // namespace quoth::bench
