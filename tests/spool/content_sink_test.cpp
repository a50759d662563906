#include "spool/content_sink.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "spool/discard_sink.hpp"
#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace quoth::spool {
namespace {

class ContentSinkTest : public testing::Test {
 protected:
  ~ContentSinkTest() override { pool_.join(); }

  ContentSink sink(std::size_t memory_octets) {
    return ContentSink{pool_, folder_.path().string(), memory_octets};
  }

  void feed(ContentSink& sink, std::string_view octets) {
    if (!sink.append(octets)) return;
    EXPECT_TRUE(support::run(io_, sink.flush()));
  }

  std::string content(ContentSink& sink) {
    const Result<std::string_view> found = support::run(io_, sink.content());
    return found ? std::string{*found} : found.error().message();
  }

  support::TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  net::BlockingPool pool_{1};
};

TEST_F(ContentSinkTest, AnEmptyMessage) {
  ContentSink one = sink(10);
  EXPECT_EQ(content(one), "");
}

TEST_F(ContentSinkTest, StaysInMemoryUpToTheBound) {
  ContentSink one = sink(10);
  EXPECT_FALSE(one.append("01234"));
  EXPECT_FALSE(one.append("56789"));
  EXPECT_EQ(content(one), "0123456789");
}

TEST_F(ContentSinkTest, GoesToAFileBeyond) {
  ContentSink one = sink(10);
  EXPECT_FALSE(one.append("0123456789"));
  EXPECT_TRUE(one.append("a"));
  EXPECT_TRUE(support::run(io_, one.flush()));
  feed(one, "bcd");
  EXPECT_EQ(content(one), "0123456789abcd");
}

TEST_F(ContentSinkTest, AnOwnerShortOfMemoryMayFlushEarlier) {
  ContentSink one = sink(1000);
  EXPECT_FALSE(one.append("early"));
  EXPECT_TRUE(support::run(io_, one.flush()));
  EXPECT_FALSE(one.append(" and late"));
  EXPECT_EQ(content(one), "early and late");
}

TEST_F(ContentSinkTest, ALongMessageIsTheSameByteForByte) {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += "line " + std::to_string(i) + "\r\n";
  ContentSink one = sink(std::size_t{64} << 10U);
  for (std::size_t at = 0; at < text.size(); at += 777) {
    feed(one, std::string_view{text}.substr(at, 777));
  }
  EXPECT_EQ(content(one), text);
}

TEST_F(ContentSinkTest, ItsFileHasNoName) {
  ContentSink one = sink(1);
  feed(one, "some octets");
  EXPECT_TRUE(support::entries(folder_.path()).empty());
  EXPECT_EQ(content(one), "some octets");
}

TEST_F(ContentSinkTest, AFolderThatIsNotThereIsAnError) {
  ContentSink one{pool_, folder_ / "missing", 1};
  EXPECT_TRUE(one.append("octets"));
  const Result<void> flushed = support::run(io_, one.flush());
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error(), boost::system::errc::no_such_file_or_directory);
}

TEST(DiscardSink, TakesAllAndWaitsForNothing) {
  boost::asio::io_context io{1};
  DiscardSink sink;
  EXPECT_FALSE(sink.append(std::string(1000000, 'x')));
  EXPECT_TRUE(support::run(io, sink.flush()));
}

}  // namespace
}  // namespace quoth::spool
