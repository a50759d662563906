#include "bench/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace quoth::bench {

std::uint64_t Histogram::value_of(std::size_t bucket) noexcept {
  if (bucket < 2 * sub_count) return bucket;
  const std::size_t shift = (bucket >> sub_bits) - 1;
  const std::uint64_t low = (bucket - (shift << sub_bits)) << shift;
  return low + ((std::uint64_t{1} << shift) / 2);
}

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

Histogram::Duration Histogram::mean() const noexcept {
  return Duration{count_ == 0 ? 0 : sum_ / count_};
}

Histogram::Duration Histogram::quantile(double share) const noexcept {
  if (count_ == 0) return Duration{0};
  const double wanted = std::ceil(share * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += counts_[i];
    if (seen >= rank) return Duration{std::min(value_of(i), max_)};
  }
  return max();
}

}  // namespace quoth::bench
