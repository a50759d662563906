#include "apps/quoth/units.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

using namespace std::chrono_literals;

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size("2 MiB"), 2U << 20U);
  EXPECT_EQ(parse_size("50MB"), 50'000'000U);
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("1K"), 1024U);
  EXPECT_EQ(parse_size("3 gib"), 3ULL << 30U);
  EXPECT_EQ(parse_size("9223372036854775807"), 9223372036854775807ULL);
  for (const char* bad : {"", "MiB", "-1", "1.5 MiB", "5 apples", "9223372036854775808",
                          "8388608 TiB", " 5", "5 MiB ", "0x10"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Units, Durations) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5 m"), 5min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("100d"), 2400h);
  for (const char* bad : {"", "5", "s", "-5s", "101d", "5 minutes", "1.5s"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Units, Rates) {
  EXPECT_EQ(parse_per_minute("60/min"), 60U);
  EXPECT_EQ(parse_per_minute("2 /s"), 120U);
  EXPECT_EQ(parse_octets_per_second("500 B/s"), 500U);
  EXPECT_EQ(parse_octets_per_second("2KiB/s"), 2048U);
  for (const char* bad : {"", "60", "/min", "60/h", "-1/min", "60/minute", "1.5/s"}) {
    EXPECT_FALSE(parse_per_minute(bad)) << bad;
  }
  for (const char* bad : {"", "/s", "500", "500 B", "500 B/min", "500 B/s "}) {
    EXPECT_FALSE(parse_octets_per_second(bad)) << bad;
  }
}

TEST(Units, ForPeople) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(1023), "1023 B");
  EXPECT_EQ(size_text(1204), "1.2 KiB");
  EXPECT_EQ(size_text(2U << 20U), "2 MiB");
  EXPECT_EQ(milliseconds_text(3.14), "3.1 ms");
  EXPECT_EQ(milliseconds_text(2500), "2.5 s");
}

}  // namespace
}  // namespace quoth::app
