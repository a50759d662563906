#include <quoth/mail/date.hpp>

#include <chrono>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

namespace quoth::mail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

std::string date_at(seconds since_epoch) { return date(system_clock::time_point{since_epoch}); }

TEST(Date, KnownMoments) {
  EXPECT_EQ(date_at(seconds{0}), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(date_at(seconds{951'782'400}), "Tue, 29 Feb 2000 00:00:00 +0000");
  EXPECT_EQ(date_at(seconds{1'234'567'890}), "Fri, 13 Feb 2009 23:31:30 +0000");
  EXPECT_EQ(date_at(seconds{1'795'342'863}), "Sun, 22 Nov 2026 10:21:03 +0000");
  EXPECT_EQ(date_at(seconds{2'147'483'647}), "Tue, 19 Jan 2038 03:14:07 +0000");
  EXPECT_EQ(date_at(seconds{4'107'542'399}), "Sun, 28 Feb 2100 23:59:59 +0000");
  EXPECT_EQ(date_at(seconds{4'107'542'400}), "Mon, 01 Mar 2100 00:00:00 +0000");
}

TEST(Date, FractionsAreCutOff) {
  EXPECT_EQ(date(system_clock::time_point{milliseconds{999}}), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(date(system_clock::time_point{milliseconds{-1}}), "Wed, 31 Dec 1969 23:59:59 +0000");
}

TEST(Date, EachMonth) {
  const std::string names = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (std::size_t i = 0; i < 12; ++i) {
    const std::chrono::month month{static_cast<unsigned>(i) + 1};
    const std::chrono::sys_days day{std::chrono::year{2026} / month / 15};
    EXPECT_EQ(date(day).substr(8, 3), names.substr(3 * i, 3));
  }
}

TEST(Date, EachWeekday) {
  const std::string names = "ThuFriSatSunMonTueWed";
  for (std::size_t i = 0; i < 14; ++i) {
    const std::chrono::sys_days day{std::chrono::days{i}};
    EXPECT_EQ(date(day).substr(0, 3), names.substr(3 * (i % 7), 3));
  }
}

}  // namespace
}  // namespace quoth::mail
