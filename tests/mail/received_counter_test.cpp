#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "mail/trace.hpp"

namespace quoth::mail {
namespace {

struct Case {
  std::string_view message;
  std::size_t count;
  bool finished;
};

constexpr auto cases = std::to_array<Case>({
    {"", 0, false},
    {"\r\n", 0, true},
    {"Received: x\r\n\r\n", 1, true},
    {"Received: x\r\n", 1, false},
    {"Received:", 1, false},
    {"Received", 0, false},
    {"Received\r\n\r\n", 0, true},
    {"rEcEiVeD: x\r\nRECEIVED: y\r\nreceived:\r\n\r\n", 3, true},
    {"Received: a\r\n\tb\r\n c\r\nReceived: d\r\n\r\n", 2, true},
    // The obsolete syntax has white space before the colon, on the same line.
    {"Received : x\r\nReceived \t :x\r\n\r\n", 2, true},
    {"Received \r\n : x\r\n\r\n", 0, true},
    {"Received x: y\r\n\r\n", 0, true},
    // Names that are only similar.
    {"Received-SPF: pass\r\nX-Received: x\r\nReceive: x\r\nReceivedd: x\r\n\r\n", 0, true},
    {"ReReceived: x\r\nReceiReceived: x\r\n\r\n", 0, true},
    // Not at the beginning of a line: a fold line or a value.
    {"Subject: a\r\n Received: x\r\n\tReceived: y\r\n\r\n", 0, true},
    {"Subject: Received: x\r\n\r\n", 0, true},
    {" Received: x\r\n\r\n", 0, true},
    {"Received: Received: x\r\n\r\n", 1, true},
    // Not in the body.
    {"A: b\r\n\r\nReceived: x\r\nReceived: y\r\n", 0, true},
    {"\r\nReceived: x\r\n", 0, true},
    {"Received: a\r\n\r\nReceived: x\r\n\r\nReceived: x\r\n", 1, true},
    // Only CRLF ends a line, and only an empty line ends the header section.
    {"A: b\nReceived: x\r\n\r\n", 0, true},
    {"A: b\rReceived: x\r\n\r\n", 0, true},
    {"A: b\r\n\nReceived: x\r\nReceived: y\r\n\r\n", 1, true},
    {"A: b\n\nReceived: x\r\nReceived: y\r\n\r\n", 1, true},
    {"\nReceived: x\r\nReceived: y\r\n\r\n", 1, true},
    // A line that is of no field ends the section, too: the author has begun to write.
    {"A: b\r\n\r\r\nReceived: y\r\n\r\n", 0, true},
    {"hello\r\nReceived: y\r\n\r\n", 0, true},
    {"Received: x\r\nhello\r\nReceived: y\r\n\r\n", 1, true},
    {" folded under nothing\r\nReceived: y\r\n\r\n", 1, true},
    {"A: b\r\n \r\nReceived: y\r\n\r\n", 1, true},
    {"A: b\r\r\n\r\nReceived: y\r\n\r\n", 0, true},
    {"Received: x\r\n\r", 1, false},
    {"Recei\r\nved: x\r\n\r\n", 0, true},
});

void expect_outcome(const Case& expected, const ReceivedCounter& counter) {
  ASSERT_EQ(counter.count(), expected.count) << expected.message;
  ASSERT_EQ(counter.finished(), expected.finished) << expected.message;
}

TEST(ReceivedCounter, Whole) {
  for (const Case& one : cases) {
    ReceivedCounter counter;
    counter.feed(one.message);
    expect_outcome(one, counter);
  }
}

TEST(ReceivedCounter, ByteByByte) {
  for (const Case& one : cases) {
    ReceivedCounter counter;
    for (const char& c : one.message) counter.feed({&c, 1});
    expect_outcome(one, counter);
  }
}

TEST(ReceivedCounter, CutAtEveryOctet) {
  for (const Case& one : cases) {
    for (std::size_t first = 0; first <= one.message.size(); ++first) {
      ReceivedCounter counter;
      counter.feed(one.message.substr(0, first));
      counter.feed("");
      counter.feed(one.message.substr(first));
      expect_outcome(one, counter);
    }
  }
}

TEST(ReceivedCounter, CutTwice) {
  for (const Case& one : cases) {
    for (std::size_t first = 0; first <= one.message.size(); ++first) {
      for (std::size_t second = first; second <= one.message.size(); ++second) {
        ReceivedCounter counter;
        counter.feed(one.message.substr(0, first));
        counter.feed(one.message.substr(first, second - first));
        counter.feed(one.message.substr(second));
        expect_outcome(one, counter);
      }
    }
  }
}

TEST(ReceivedCounter, ManyAndLongLines) {
  std::string message;
  for (int i = 0; i < 101; ++i) message += "Received: " + std::string(900, 'x') + "\r\n";
  ReceivedCounter counter;
  counter.feed(message);
  EXPECT_EQ(counter.count(), 101U);
  EXPECT_FALSE(counter.finished());
}

}  // namespace
}  // namespace quoth::mail
