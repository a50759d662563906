#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace quoth::event {

/// What HandlerInfo tells of a handler's past. Counted by all sessions' threads, read by anyone.
/// Each thread has a share of its own, so that none waits for a cache line of another.
class HandlerCounts {
 public:
  struct Sum {
    std::uint64_t calls = 0;
    std::uint64_t answers = 0;
    std::chrono::nanoseconds time{0};
  };

  void add(bool has_answered, std::chrono::nanoseconds time) noexcept {
    Share& own = shares_[place_of_thread() % shares_.size()];
    own.calls.fetch_add(1, std::memory_order_relaxed);
    if (has_answered) own.answers.fetch_add(1, std::memory_order_relaxed);
    if (time.count() != 0) own.nanoseconds.fetch_add(time.count(), std::memory_order_relaxed);
  }

  [[nodiscard]] Sum sum() const noexcept {
    Sum sum;
    for (const Share& share : shares_) {
      sum.calls += share.calls.load(std::memory_order_relaxed);
      sum.answers += share.answers.load(std::memory_order_relaxed);
      sum.time += std::chrono::nanoseconds{share.nanoseconds.load(std::memory_order_relaxed)};
    }
    return sum;
  }

 private:
  static constexpr std::size_t cache_line_octets = 64;

  struct alignas(cache_line_octets) Share {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> answers{0};
    std::atomic<std::int64_t> nanoseconds{0};
  };

  static std::size_t place_of_thread() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t place = threads.fetch_add(1, std::memory_order_relaxed);
    return place;
  }

  std::array<Share, 8> shares_{};
};

}  // namespace quoth::event
