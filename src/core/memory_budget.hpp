#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace quoth {

/// The octets that all clients of a server together may make it hold. Any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t octets) noexcept : left_{static_cast<std::ptrdiff_t>(octets)} {}

  [[nodiscard]] bool take(std::size_t octets) noexcept {
    const auto wanted = static_cast<std::ptrdiff_t>(octets);
    if (left_.fetch_sub(wanted, std::memory_order_relaxed) >= wanted) return true;
    left_.fetch_add(wanted, std::memory_order_relaxed);
    return false;
  }

  void give(std::size_t octets) noexcept {
    left_.fetch_add(static_cast<std::ptrdiff_t>(octets), std::memory_order_relaxed);
  }

 private:
  std::atomic<std::ptrdiff_t> left_;
};

/// What one owner holds of a budget; given back with its end.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) noexcept : budget_{&budget} {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { clear(); }

  /// Takes more; false, and nothing is taken, if the budget has not got it.
  [[nodiscard]] bool grow(std::size_t octets) noexcept {
    if (!budget_->take(octets)) return false;
    held_ += octets;
    return true;
  }

  /// Holds that much instead of what it held; false, and nothing has changed, if the budget has not
  /// got it.
  [[nodiscard]] bool resize(std::size_t octets) noexcept {
    if (octets > held_) return grow(octets - held_);
    budget_->give(held_ - octets);
    held_ = octets;
    return true;
  }

  void clear() noexcept { budget_->give(std::exchange(held_, 0)); }

 private:
  MemoryBudget* budget_;
  std::size_t held_ = 0;
};

}  // namespace quoth
