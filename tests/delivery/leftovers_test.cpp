#include "delivery/maildir/leftovers.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "delivery/maildir/file_name.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::delivery::maildir {
namespace {

namespace fs = std::filesystem;

/// A process that has just ended, and was waited for.
pid_t dead_process() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  return pid;
}

std::string name_of(pid_t pid, const std::string& host = "mx") {
  return "1700000000.M5P" + std::to_string(pid) + "Q7." + host;
}

class LeftoversTest : public testing::Test {
 protected:
  fs::path make(const std::string& file) {
    fs::path path = folder_.path() / file;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << "octets";
    return path;
  }
  std::size_t clean(const std::string& pattern) {
    return remove_leftovers(folder_ / pattern, "mx");
  }

  support::TemporaryFolder folder_;
};

TEST_F(LeftoversTest, OfADeadProcessGo) {
  const fs::path file = make("d.test/ann/tmp/" + name_of(dead_process()));
  EXPECT_EQ(clean("{domain}/{local}"), 1U);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(LeftoversTest, OfAnEarlierProcessWithOurNumberGo) {
  const fs::path file = make("d.test/ann/tmp/" + name_of(::getpid()));
  EXPECT_EQ(clean("{domain}/{local}"), 1U);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(LeftoversTest, OfAnotherServerInThisProcessStay) {
  const fs::path file = make("d.test/ann/tmp/" + unique_name("mx"));
  EXPECT_EQ(clean("{domain}/{local}"), 0U);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(LeftoversTest, OfALivingProcessStay) {
  const fs::path file = make("d.test/ann/tmp/" + name_of(::getppid()));
  EXPECT_EQ(clean("{domain}/{local}"), 0U);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(LeftoversTest, OfOtherProgramsAndMachinesStay) {
  const pid_t pid = dead_process();
  for (const std::string& name :
       {name_of(pid, "other"), std::string{"note.txt"},
        "1700000000.P" + std::to_string(pid) + ".mx", std::string{"1700000000.M5P0x7Q7.mx"}}) {
    make("d.test/ann/tmp/" + name);
  }
  make("d.test/ann/new/" + name_of(pid));
  make("d.test/ann/cur/" + name_of(pid));
  EXPECT_EQ(clean("{domain}/{local}"), 0U);
}

TEST_F(LeftoversTest, AreFoundInEveryMaildirOfTheTemplateAndNowhereElse) {
  const pid_t pid = dead_process();
  make("a.test/ann/tmp/" + name_of(pid));
  make("a.test/bob/tmp/" + name_of(pid));
  make("b.test/ann/tmp/" + name_of(pid));
  const fs::path elsewhere = make("tmp/" + name_of(pid));
  EXPECT_EQ(clean("{domain}/{local}"), 3U);
  EXPECT_TRUE(fs::exists(elsewhere));
  EXPECT_EQ(clean("missing/{local}"), 0U);
}

TEST_F(LeftoversTest, OfATemplateWithoutPlaceholders) {
  make("all/tmp/" + name_of(dead_process()));
  EXPECT_EQ(clean("all"), 1U);
}

TEST(FileName, IsUniqueAndKnowsItsMaker) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) names.insert(unique_name("mx"));
  EXPECT_EQ(names.size(), 1000U);
  ASSERT_TRUE(maker_of(*names.begin(), "mx"));
  EXPECT_EQ(maker_of(*names.begin(), "mx")->process, ::getpid());
  EXPECT_FALSE(maker_of(*names.begin(), "other"));
}

TEST(FileName, ReplacesWhatAMaildirCannotHave) {
  const std::string name = unique_name("a/b:c");
  EXPECT_TRUE(name.ends_with(".a\\057b\\072c")) << name;
  ASSERT_TRUE(maker_of(name, "a/b:c"));
  EXPECT_EQ(maker_of(name, "a/b:c")->process, ::getpid());
}

TEST(FileName, OfOthersWithNumbersThatNoMakerHas) {
  for (const char* name : {"9223372036854775807.M1P1Q1.mx", "1.M9223372036854775807P1Q1.mx",
                           "-1.M1P1Q1.mx", "1.M-1P1Q1.mx", "1.M1P0Q1.mx", "1.M1P-1Q1.mx"}) {
    EXPECT_FALSE(maker_of(name, "mx")) << name;
  }
  EXPECT_TRUE(maker_of("253402300799.M999999P1Q1.mx", "mx"));
}

}  // namespace
}  // namespace quoth::delivery::maildir
