#include "credentials/users_edit.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace quoth::credentials {
namespace {

User nobody(const std::string& name) { return {name, "", {}, {}}; }

void write(const std::string& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777U;
}

void add(const std::string& path, const std::string& name) {
  Result<FileEdit> edit = FileEdit::begin(path);
  ASSERT_TRUE(edit) << edit.error().message();
  const Result<void> done = edit->commit(with_user(edit->text(), nobody(name)));
  ASSERT_TRUE(done) << done.error().message();
}

TEST(UsersText, AddsAtTheEnd) {
  EXPECT_EQ(with_user("", nobody("ann")), "ann:*\n");
  EXPECT_EQ(with_user("# x\n\nbob:*\n", nobody("ann")), "# x\n\nbob:*\nann:*\n");
  EXPECT_EQ(with_user("bob:*", nobody("ann")), "bob:*\nann:*\n");
}

TEST(UsersText, ReplacesWhereTheUserStands) {
  EXPECT_EQ(with_user("# x\nann:\n# y\nbob:*\r\n", nobody("ann")), "# x\nann:*\n# y\nbob:*\r\n");
  EXPECT_EQ(with_user("# ann:*\n", nobody("ann")), "# ann:*\nann:*\n");
}

TEST(UsersText, Removes) {
  EXPECT_EQ(without_user("# x\nann:*\nbob:*\n", "ann"), "# x\nbob:*\n");
  EXPECT_EQ(without_user("ann:*", "ann"), "");
  EXPECT_FALSE(without_user("anna:*\n#ann:*\n", "ann"));
}

TEST(FileEdit, MakesAFileForItsOwnerAlone) {
  const support::TemporaryFolder folder;
  add(folder / "users", "ann");
  EXPECT_EQ(support::contents(folder / "users"), "ann:*\n");
  EXPECT_EQ(mode_of(folder / "users"), 0600U);
  EXPECT_EQ(support::entries(folder.path()).size(), 1U) << "and nothing beside it";
}

TEST(FileEdit, KeepsTheMode) {
  const support::TemporaryFolder folder;
  write(folder / "users", "ann:*\n");
  ASSERT_EQ(::chmod((folder / "users").c_str(), 0640), 0);
  add(folder / "users", "bob");
  EXPECT_EQ(mode_of(folder / "users"), 0640U);
}

TEST(FileEdit, KeepsTheOwner) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can give files away";
  const support::TemporaryFolder folder;
  write(folder / "users", "ann:*\n");
  ASSERT_EQ(::chown((folder / "users").c_str(), 1234, 2345), 0);
  add(folder / "users", "bob");
  struct stat info {};
  ASSERT_EQ(::stat((folder / "users").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 1234U);
  EXPECT_EQ(info.st_gid, 2345U);
}

TEST(FileEdit, FollowsASymbolicLink) {
  const support::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "real");
  std::filesystem::create_symlink("real/users", folder.path() / "users");
  write(folder / "real/users", "ann:*\n");
  add(folder / "users", "bob");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "users"));
  EXPECT_EQ(support::contents(folder / "real/users"), "ann:*\nbob:*\n");
}

TEST(FileEdit, ErrorsLeaveTheFile) {
  const support::TemporaryFolder folder;
  EXPECT_EQ(FileEdit::begin(folder / "no/users").error().value(), ENOENT);
  EXPECT_EQ(FileEdit::begin(folder.path().string()).error().value(), EISDIR);
}

TEST(FileEdit, ManyAtATimeLoseNothing) {
  const support::TemporaryFolder folder;
  const std::string path = folder / "users";
  constexpr int threads = 4;
  constexpr int each = 20;
  std::vector<std::jthread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([thread, &path] {
      for (int i = 0; i < each; ++i) {
        add(path, "user" + std::to_string(thread) + "-" + std::to_string(i));
      }
    });
  }
  running.clear();
  const ParsedUsers parsed = parse_users(support::contents(path));
  EXPECT_TRUE(parsed.problems.empty());
  EXPECT_EQ(parsed.users.size(), std::size_t{threads * each});
}

}  // namespace
}  // namespace quoth::credentials
