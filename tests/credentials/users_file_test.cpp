#include "credentials/users_file.hpp"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recorder.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::credentials {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr UsersFile::Time start{1h};

struct Reloading : testing::Test {
  Reloading() { write("ann:*\n"); }

  /// In another file's place, as editors and `quoth passwd` do.
  void write(const std::string& text) const {
    std::ofstream{folder / "new", std::ios::binary} << text;
    ASSERT_EQ(::chmod((folder / "new").c_str(), 0600), 0);
    ASSERT_EQ(std::rename((folder / "new").c_str(), path.c_str()), 0);
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return file.users()->find(name) != nullptr;
  }

  support::TemporaryFolder folder;
  std::string path = folder / "users";
  support::LogRecorder log;
  UsersFile file{path};
};

TEST_F(Reloading, ReadsAFileThatHasChanged) {
  file.load(log);
  EXPECT_TRUE(has("ann"));
  const auto before = file.users();
  file.refresh(log);
  EXPECT_EQ(file.users(), before) << "nothing has changed";
  write("bob:*\n");
  file.refresh(log);
  EXPECT_TRUE(has("bob"));
  EXPECT_FALSE(has("ann"));
  EXPECT_NE(before->find("ann"), nullptr) << "for who still looks";
  EXPECT_THAT(log.all(), IsEmpty());
}

TEST_F(Reloading, ABrokenFileKeepsTheUsersAndIsLoggedOnce) {
  file.load(log);
  write("bob:*\nbroken\n");
  for (int i = 0; i < 3; ++i) file.refresh(log);
  EXPECT_TRUE(has("ann"));
  EXPECT_FALSE(has("bob"));
  EXPECT_THAT(log.all(), ElementsAre(HasSubstr("config.warning why=" + path + ":2:1: no ':'")));
  write("bob:*\nbroken\n");
  file.refresh(log);
  EXPECT_EQ(log.all().size(), 1U) << "it says the same";
  write("bob:*\n");
  file.refresh(log);
  EXPECT_TRUE(has("bob"));
  write("broken\n");
  file.refresh(log);
  EXPECT_EQ(log.all().size(), 2U);
}

TEST_F(Reloading, AFileThatIsGoneKeepsTheUsers) {
  file.load(log);
  ASSERT_EQ(std::remove(path.c_str()), 0);
  for (int i = 0; i < 3; ++i) file.refresh(log);
  EXPECT_TRUE(has("ann"));
  EXPECT_THAT(log.all(), ElementsAre(HasSubstr("No such file")));
  write("bob:*\n");
  file.refresh(log);
  EXPECT_TRUE(has("bob"));
}

TEST_F(Reloading, WarnsOfAFileThatAllMayRead) {
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  file.load(log);
  EXPECT_THAT(log.all(), ElementsAre(HasSubstr("everybody on this machine may read it")));
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  file.refresh(log);
  file.refresh(log);
  EXPECT_THAT(log.all(), ElementsAre(testing::_, HasSubstr("may write it; chmod o-rwx")));
  ASSERT_EQ(::chmod(path.c_str(), 0660), 0);
  file.refresh(log);
  EXPECT_EQ(log.all().size(), 2U);
}

TEST_F(Reloading, ABrokenFileStopsTheStart) {
  write("broken\nann:*\nann:*\n");
  try {
    file.load(log);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(path + ":1:1: "));
    EXPECT_THAT(error.what(), HasSubstr("\n" + path + ":3:1: "));
  }
}

TEST_F(Reloading, AMissingFileStopsTheStart) {
  UsersFile missing{folder / "missing"};
  try {
    missing.load(log);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("quoth passwd add"));
  }
}

/// The thread opens files as a user without rights while it lives; root could open any.
class WithoutRights {
 public:
  WithoutRights() { ::setfsuid(65534); }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;
  ~WithoutRights() { ::setfsuid(::geteuid()); }
};

TEST_F(Reloading, AFileThatMayNotBeReadStopsTheStartWithTheRightAdvice) {
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  try {
    const WithoutRights nobody;
    file.load(log);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(path + ": Permission denied"));
    EXPECT_THAT(error.what(), HasSubstr("chgrp GROUP " + path + "; chmod 640 " + path));
    EXPECT_THAT(error.what(), Not(HasSubstr("passwd add")));
  }
}

TEST_F(Reloading, IsDueOnceInASecond) {
  EXPECT_TRUE(file.is_due(start));
  EXPECT_FALSE(file.is_due(start));
  EXPECT_FALSE(file.is_due(start + 999ms));
  EXPECT_TRUE(file.is_due(start + 1s));
  EXPECT_FALSE(file.is_due(start + 1s));
}

TEST(UsersFile, ReadsOrdinaryFilesAlone) {
  const support::TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.path().string()).error().value(), EISDIR);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder / "pipe").error().value(), EINVAL);
}

}  // namespace
}  // namespace quoth::credentials
