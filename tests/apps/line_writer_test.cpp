#include "apps/quoth/line_writer.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

/// A pipe, for what a writer writes.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    end_input();
  }

  [[nodiscard]] int in() const { return ends_[1]; }
  void end_input() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

  /// Waits until something is there; empty at the end.
  std::string read_some() {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

  std::string read_all() {
    std::string all;
    for (std::string part = read_some(); !part.empty(); part = read_some()) all += part;
    return all;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(LineWriter, ALineThatComesAloneNeedsNobodyElse) {
  Pipe pipe;
  LineWriter writer{pipe.in()};
  writer.add("first\n");
  EXPECT_EQ(pipe.read_some(), "first\n");
  writer.add("second\n");
  EXPECT_EQ(pipe.read_some(), "second\n");
}

/// Whoever flushes may be faster than the thread wakes, which must hear of the next line all the
/// same.
TEST(LineWriter, ALineBehindAFlushIsWrittenToo) {
  Pipe pipe;
  LineWriter writer{pipe.in()};
  for (int i = 0; i < 1000; ++i) {
    writer.add("a\n");
    writer.flush();
    EXPECT_EQ(pipe.read_some(), "a\n");
    writer.add("b\n");
    ASSERT_EQ(pipe.read_some(), "b\n");
  }
}

TEST(LineWriter, FlushReturnsWhenAllIsWritten) {
  Pipe pipe;
  LineWriter writer{pipe.in()};
  for (int i = 0; i < 100; ++i) writer.add("a line\n");
  writer.flush();
  pipe.end_input();
  EXPECT_EQ(pipe.read_all().size(), 700U);
}

TEST(LineWriter, TheEndWritesWhatIsLeft) {
  Pipe pipe;
  {
    LineWriter writer{pipe.in()};
    for (int i = 0; i < 100; ++i) writer.add(std::to_string(i) + '\n');
  }
  pipe.end_input();
  std::string expected;
  for (int i = 0; i < 100; ++i) expected += std::to_string(i) + '\n';
  EXPECT_EQ(pipe.read_all(), expected);
}

/// Far more than it holds, and than the pipe takes: who brings it waits, and nothing is lost.
TEST(LineWriter, NoLineIsLostWhenTheFileIsSlow) {
  constexpr std::size_t lines = 50'000;
  const std::string line(99, 'x');
  Pipe pipe;
  std::thread source{[&] {
    LineWriter writer{pipe.in()};
    for (std::size_t i = 0; i < lines; ++i) writer.add(line + '\n');
  }};
  std::string all;
  while (all.size() < lines * 100) {
    const std::string part = pipe.read_some();
    ASSERT_FALSE(part.empty());
    all += part;
  }
  source.join();
  for (std::size_t at = 0; at < all.size(); at += 100) {
    ASSERT_EQ(all.compare(at, 100, line + '\n'), 0) << at;
  }
}

/// One longer than all that it holds goes through, too.
TEST(LineWriter, ALineMayBeLong) {
  const std::string line = std::string(std::size_t{3} << 20U, 'y') + '\n';
  Pipe pipe;
  std::thread source{[&] {
    LineWriter writer{pipe.in()};
    writer.add("short\n");
    writer.add(line);
  }};
  std::string all;
  while (all.size() < line.size() + 6) all += pipe.read_some();
  source.join();
  EXPECT_EQ(all, "short\n" + line);
}

}  // namespace
}  // namespace quoth::app
