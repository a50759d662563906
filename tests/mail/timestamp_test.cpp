#include "mail/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::mail {
namespace {

struct Good {
  std::string_view text;
  std::string_view utc;
};

constexpr auto good_texts = std::to_array<Good>({
    {"2014-04-03T23:01:00Z", "2014-04-03T23:01:00Z"},
    {"2014-04-03t23:01:00z", "2014-04-03T23:01:00Z"},
    {"2014-04-03T23:01:00+02:00", "2014-04-03T21:01:00Z"},
    {"2014-04-03T23:01:00-08:00", "2014-04-04T07:01:00Z"},
    {"2014-04-03T23:01:00-00:00", "2014-04-03T23:01:00Z"},  // RFC 3339 §4.3
    {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27Z"},
    {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50Z"},
    {"2000-01-01T00:00:00.000000000000000000001Z", "2000-01-01T00:00:00Z"},
    {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
    {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
    {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
    // Leap seconds (RFC 3339 §5.8).
    {"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"},
    {"1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"},
    {"2015-06-30T23:59:60.5Z", "2015-07-01T00:00:00Z"},
});

TEST(Timestamp, Good) {
  for (const Good& good : good_texts) {
    const auto time = parse_timestamp(good.text);
    ASSERT_TRUE(time) << good.text;
    EXPECT_EQ(timestamp(*time), good.utc) << good.text;
    EXPECT_EQ(parse_timestamp(timestamp(*time)), time);
  }
  EXPECT_EQ(parse_timestamp("2001-09-09T01:46:40Z")->time_since_epoch().count(), 1000000000);
}

TEST(Timestamp, Bad) {
  constexpr auto bad_texts = std::to_array<std::string_view>({
      "",
      "1234",
      "2014-04-03",
      "2014-04-03T23:01Z",
      "2014-04-03T23:01:00",
      "2014-04-03 23:01:00Z",
      "2014-04-03T23:01:00Z ",
      " 2014-04-03T23:01:00Z",
      "2014-04-03T23:01:00ZZ",
      "2014-04-03T23:01:00.Z",
      "2014-04-03T23:01:00,5Z",
      "2014-04-03T23:01:00+0200",
      "2014-04-03T23:01:00+02",
      "2014-04-03T23:01:00+24:00",
      "2014-04-03T23:01:00+02:60",
      "2014-04-03T24:00:00Z",
      "2014-04-03T23:60:00Z",
      "2014-04-03T23:01:61Z",
      "2014-04-03T23:01:60Z",
      "2014-04-03T23:59:60Z",
      "2014-12-31T22:59:60Z",
      "2014-00-03T23:01:00Z",
      "2014-13-03T23:01:00Z",
      "2014-04-00T23:01:00Z",
      "2014-04-31T23:01:00Z",
      "2014-02-29T23:01:00Z",
      "1900-02-29T00:00:00Z",
      "14-04-03T23:01:00Z",
      "02014-04-03T23:01:00Z",
      "-014-04-03T23:01:00Z",
      "2014-4-3T23:01:00Z",
      "2014-04-03T+3:01:00Z",
  });
  for (const std::string_view text : bad_texts) EXPECT_FALSE(parse_timestamp(text)) << text;
  EXPECT_FALSE(parse_timestamp(std::string_view{"2014-04-03T23:01:00Z\0", 21}));
}

TEST(Timestamp, RoundTripOfManyMoments) {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  for (std::int64_t second = -62167219200; second <= 253402300799; second += 86399 * 37) {
    const sys_seconds time{seconds{second}};
    ASSERT_EQ(parse_timestamp(timestamp(time)), time) << second;
  }
}

}  // namespace
}  // namespace quoth::mail
