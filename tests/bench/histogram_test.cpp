#include "bench/histogram.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

using std::chrono::nanoseconds;

double count_of(nanoseconds time) { return static_cast<double>(time.count()); }

TEST(Histogram, EmptySaysNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.quantile(0.5).count(), 0);
  EXPECT_EQ(histogram.mean().count(), 0);
  EXPECT_EQ(histogram.max().count(), 0);
}

TEST(Histogram, SmallTimesAreExact) {
  for (std::int64_t value = 0; value < 256; ++value) {
    Histogram histogram;
    histogram.add(nanoseconds{value});
    EXPECT_EQ(histogram.quantile(1).count(), value);
  }
}

TEST(Histogram, ATimeIsOffByLessThanOnePercent) {
  for (std::int64_t power = 1; power < std::int64_t{1} << 62; power *= 2) {
    for (const std::int64_t value : {power - 1, power, power + 1, power + (power / 3)}) {
      Histogram histogram;
      histogram.add(nanoseconds{value});
      histogram.add(nanoseconds::max());  // else the maximum would give it away
      const double error = std::abs(count_of(histogram.quantile(0.5)) - static_cast<double>(value));
      EXPECT_LE(error, 0.005 * static_cast<double>(value)) << value;
    }
  }
}

TEST(Histogram, NegativeTimesCountAsNone) {
  Histogram histogram;
  histogram.add(nanoseconds{-5});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.max().count(), 0);
}

TEST(Histogram, QuantilesAreThoseOfTheSamples) {
  std::mt19937_64 random{7};
  std::lognormal_distribution<double> times{13, 2};
  std::vector<std::int64_t> samples;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    samples.push_back(static_cast<std::int64_t>(times(random)));
    histogram.add(nanoseconds{samples.back()});
  }
  std::ranges::sort(samples);
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
    const auto expected = static_cast<double>(samples[rank]);
    EXPECT_NEAR(count_of(histogram.quantile(share)), expected, 0.005 * expected) << share;
  }
  EXPECT_EQ(histogram.max().count(), samples.back());
  EXPECT_EQ(histogram.quantile(1), histogram.max());
}

TEST(Histogram, MergedIsAsIfOneHadCountedAll) {
  std::mt19937_64 random{11};
  std::uniform_int_distribution<std::int64_t> times{0, 1'000'000'000};
  Histogram all;
  Histogram parts[3];
  for (std::size_t i = 0; i < 3000; ++i) {
    const nanoseconds time{times(random)};
    all.add(time);
    parts[i % 3].add(time);
  }
  parts[0].merge(parts[1]);
  parts[0].merge(parts[2]);
  EXPECT_EQ(parts[0].count(), all.count());
  EXPECT_EQ(parts[0].max(), all.max());
  EXPECT_EQ(parts[0].mean(), all.mean());
  for (const double share : {0.1, 0.5, 0.99}) {
    EXPECT_EQ(parts[0].quantile(share), all.quantile(share));
  }
}

TEST(Histogram, ClearForgetsAll) {
  Histogram histogram;
  histogram.add(nanoseconds{1000});
  histogram.clear();
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.quantile(0.5).count(), 0);
}

}  // namespace
}  // namespace quoth::bench
