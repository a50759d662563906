#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace quoth::bench {

/// Counts times in buckets that grow with them: what it says of a time is off by at most 0.4 %, for
/// all times, in 59 KiB that never grow. Not thread-safe: one a thread, merged at the end.
class Histogram {
 public:
  using Duration = std::chrono::nanoseconds;

  /// A negative time counts as none.
  void add(Duration time) noexcept {
    const auto value = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
    ++counts_[bucket_of(value)];
    ++count_;
    sum_ += value;
    if (value > max_) max_ = value;
  }

  void merge(const Histogram& other) noexcept;
  void clear() noexcept { *this = Histogram{}; }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Exact.
  [[nodiscard]] Duration max() const noexcept { return Duration{max_}; }
  /// Exact; 0 without any.
  [[nodiscard]] Duration mean() const noexcept;
  /// The time that `share` (0 to 1) of all do not exceed; 0 without any.
  [[nodiscard]] Duration quantile(double share) const noexcept;

 private:
  // A power of two is cut into 128 buckets; times below 256 ns have one each.
  static constexpr unsigned sub_bits = 7;
  static constexpr std::uint64_t sub_count = 1U << sub_bits;
  static constexpr std::size_t bucket_count = (64 - sub_bits + 1) * sub_count;

  static std::size_t bucket_of(std::uint64_t value) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    if (width <= sub_bits + 1) return static_cast<std::size_t>(value);
    const unsigned shift = width - sub_bits - 1;
    return static_cast<std::size_t>((shift << sub_bits) + (value >> shift));
  }
  /// The middle of what a bucket holds.
  static std::uint64_t value_of(std::size_t bucket) noexcept;

  std::array<std::uint64_t, bucket_count> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace quoth::bench
