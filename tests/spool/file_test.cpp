#include "spool/file.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include <sys/stat.h>

#include <boost/system/errc.hpp>
#include <gtest/gtest.h>

#include "spool/folder.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::spool {
namespace {

namespace errc = boost::system::errc;
using support::TemporaryFolder;

TEST(File, WritesAndSyncs) {
  const TemporaryFolder folder;
  Result<File> file = File::create(folder / "f");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("one "));
  EXPECT_TRUE(file->write(""));
  EXPECT_TRUE(file->write("two"));
  EXPECT_TRUE(file->sync());
  EXPECT_TRUE(file->close());
  EXPECT_FALSE(file->is_open());
  EXPECT_EQ(support::contents(folder / "f"), "one two");
}

TEST(File, IsTheOwnersAlone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(File::create(folder / "f"));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(File, IsNeverOneThatIsThereAlready) {
  const TemporaryFolder folder;
  ASSERT_TRUE(File::create(folder / "f"));
  const Result<File> again = File::create(folder / "f");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), errc::file_exists);
}

TEST(File, TellsWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  const Result<File> file = File::create(folder / "missing/f");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error(), errc::no_such_file_or_directory);
  const Result<File> unnamed = File::unnamed(folder / "missing");
  ASSERT_FALSE(unnamed);
  EXPECT_EQ(unnamed.error(), errc::no_such_file_or_directory);
}

TEST(File, TellsThatAWriteFailed) {
  const TemporaryFolder folder;
  Result<File> file = File::create(folder / "f");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->close());
  const Result<void> written = file->write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), errc::bad_file_descriptor);
}

TEST(File, WithoutANameLeavesNone) {
  const TemporaryFolder folder;
  Result<File> file = File::unnamed(folder.path().string());
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("secret"));
  EXPECT_TRUE(support::entries(folder.path()).empty());
  const Result<Mapping> mapping = Mapping::of(*file);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->octets(), "secret");
}

TEST(File, AppendsFromAnother) {
  const TemporaryFolder folder;
  Result<File> source = File::create(folder / "source");
  Result<File> target = File::create(folder / "target");
  ASSERT_TRUE(source && target);
  const std::string text(600000, 'x');
  ASSERT_TRUE(source->write("head" + text));
  ASSERT_TRUE(target->write("new head "));
  EXPECT_TRUE(target->append_from(*source, 4));
  EXPECT_EQ(support::contents(folder / "target"), "new head " + text);
}

TEST(File, MovesWithItsOwner) {
  const TemporaryFolder folder;
  Result<File> made = File::create(folder / "f");
  ASSERT_TRUE(made);
  File file = std::move(*made);
  EXPECT_FALSE(made->is_open());
  EXPECT_TRUE(file.write("x"));
}

TEST(Mapping, OfAnEmptyFileIsEmpty) {
  const TemporaryFolder folder;
  const Result<File> file = File::unnamed(folder.path().string());
  ASSERT_TRUE(file);
  const Result<Mapping> mapping = Mapping::of(*file);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->octets(), "");
}

TEST(Folder, IsMadeWithAllAbove) {
  const TemporaryFolder folder;
  EXPECT_TRUE(make_folders(folder / "a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  EXPECT_TRUE(make_folders(folder / "a/b/c"));
  EXPECT_TRUE(sync_folder(folder / "a/b"));
}

TEST(Folder, CannotBeMadeBelowAFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(File::create(folder / "f"));
  const Result<void> made = make_folders(folder / "f/below");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), errc::not_a_directory);
  EXPECT_FALSE(sync_folder(folder / "missing"));
}

TEST(Folder, FreeSpaceIsThatOfWhatExistsAbove) {
  const TemporaryFolder folder;
  const Result<std::uint64_t> here = free_octets(folder.path().string());
  const Result<std::uint64_t> below = free_octets(folder / "not/yet/there");
  ASSERT_TRUE(here && below);
  EXPECT_GT(*here, 0U);
  EXPECT_GT(*below, 0U);
  EXPECT_TRUE(free_octets("not/yet/there"));
}

}  // namespace
}  // namespace quoth::spool
