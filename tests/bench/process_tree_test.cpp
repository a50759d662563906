#include "bench/process_tree.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Root = ProcessTree::Root;

class FakeProc : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "quoth-bench-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Times {
    int user = 0;
    int system = 0;
    int child_user = 0;
    int child_system = 0;
  };

  void add(int pid, int parent, Times times, std::string_view name = "server", char state = 'S') {
    write(pid, "stat",
          fmt::format("{} ({}) {} {} 1 1 0 -1 4194560 10 0 0 0 {} {} {} {} 20 0 1 0 100 1 1\n", pid,
                      name, state, parent, times.user, times.system, times.child_user,
                      times.child_system));
  }
  void write(int pid, const std::string& file, const std::string& text) {
    std::filesystem::create_directories(folder_ / std::to_string(pid));
    std::ofstream{folder_ / std::to_string(pid) / file} << text;
  }
  [[nodiscard]] ProcessTree tree(int pid, Root root = Root::included) const {
    return {pid, root, folder_, 100};
  }

  std::filesystem::path folder_;
};

TEST_F(FakeProc, TimesOfAllDescendantsAndOfWaitedForChildren) {
  add(1, 0, {1000, 1000});
  add(10, 1, {1, 2, 30, 40});
  add(11, 10, {100, 200});
  add(12, 11, {1000, 2000});
  add(13, 1, {5000, 5000});
  const CpuTime time = tree(10).cpu_time();
  EXPECT_EQ(time.user, 1131 * 10ms);
  EXPECT_EQ(time.system, 2242 * 10ms);
  EXPECT_THAT(tree(10).running(), ElementsAre(10, 11, 12));
}

TEST_F(FakeProc, WithoutTheRoot) {
  add(10, 1, {1, 1});
  add(11, 10, {2, 3});
  EXPECT_EQ(tree(10, Root::excluded).cpu_time().user, 20ms);
  EXPECT_THAT(tree(10, Root::excluded).running(), ElementsAre(11));
}

TEST_F(FakeProc, NamesMayHoldAnything) {
  add(10, 1, {7, 0}, "a) S 99 (b");
  EXPECT_EQ(tree(10).cpu_time().user, 70ms);
}

TEST_F(FakeProc, DeadOnesCountWithTheirTimesButDoNotRun) {
  add(10, 1, {1, 0});
  add(11, 10, {5, 0}, "gone", 'Z');
  EXPECT_EQ(tree(10).cpu_time().user, 60ms);
  EXPECT_THAT(tree(10).running(), ElementsAre(10));
}

TEST_F(FakeProc, MemoryIsSharedInProportion) {
  add(10, 1, {});
  add(11, 10, {});
  write(10, "smaps_rollup",
        "00400000-7fff rollup\nRss:   900 kB\nPss:   500 kB\nPss_Dirty: 1 kB\n");
  write(10, "status", "Name:\tserver\nVmHWM:\t1000 kB\nVmRSS:\t900 kB\n");
  write(11, "status", "Name:\tserver\nVmHWM:\t80 kB\nVmRSS:\t70 kB\n");
  EXPECT_EQ(tree(10).memory_kib(), 570U);
}

TEST_F(FakeProc, MemoryThatMayNotBeReadIsNotKnown) {
  add(10, 1, {});
  EXPECT_FALSE(tree(10).memory_kib());
}

TEST_F(FakeProc, NobodyIsThere) {
  EXPECT_THAT(tree(10).running(), IsEmpty());
  EXPECT_EQ(tree(10).cpu_time().user, 0us);
  EXPECT_FALSE(tree(10).memory_kib());
}

TEST(ProcessStat, WhatIsNone) {
  for (const std::string_view text : {"", "1", "1 (a)", "1 (a) S", "1 (a) S x", "1 (a) S 1 1 1"}) {
    EXPECT_FALSE(parse_stat(text)) << text;
  }
}

TEST(ProcessTreeOfOurOwn, IsThere) {
  const ProcessTree tree{::getpid(), Root::included};
  EXPECT_THAT(tree.running(), testing::Contains(::getpid()));
  EXPECT_GT(tree.memory_kib().value_or(0), 0U);
}

}  // namespace
}  // namespace quoth::bench
