#include "bench/tally.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

TEST(Tally, SameRepliesAreCounted) {
  Tally tally;
  tally.note("RCPT", "550 no\r\n");
  tally.note("RCPT", "550 no\r\n");
  tally.note("MAIL", "550 no\r\n");
  ASSERT_EQ(tally.unexpected.size(), 2U);
  EXPECT_EQ(tally.unexpected[0].command, "RCPT");
  EXPECT_EQ(tally.unexpected[0].reply, "550 no");
  EXPECT_EQ(tally.unexpected[0].count, 2U);
}

TEST(Tally, TheFirstLineIsShownAndOfThatNotAll) {
  Tally tally;
  tally.note("EHLO", "550-first\r\n550 second\r\n");
  EXPECT_EQ(tally.unexpected[0].reply, "550-first");
  tally.note("EHLO", "550 " + std::string(500, 'x'));
  EXPECT_EQ(tally.unexpected[1].reply.size(), 200U);
}

TEST(Tally, KindsHaveALimit) {
  Tally tally;
  for (int i = 0; i < 1000; ++i) tally.note("text", "451 id " + std::to_string(i));
  EXPECT_LT(tally.unexpected.size(), 40U);
  std::uint64_t sum = 0;
  for (const Unexpected& each : tally.unexpected) sum += each.count;
  EXPECT_EQ(sum, 1000U);
  EXPECT_EQ(tally.unexpected.back().reply, "(other replies)");
}

TEST(Tally, MergeAddsUp) {
  Tally one;
  one.messages = 3;
  one.failed = 1;
  one.note("RCPT", "550 no");
  Tally other;
  other.messages = 4;
  other.last = Clock::time_point{Clock::duration{5}};
  other.note("RCPT", "550 no");
  one.merge(other);
  EXPECT_EQ(one.messages, 7U);
  EXPECT_EQ(one.failed, 1U);
  EXPECT_EQ(one.last, other.last);
  EXPECT_EQ(one.unexpected.at(0).count, 2U);
}

}  // namespace
}  // namespace quoth::bench
