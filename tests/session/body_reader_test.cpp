// Who gets a message's octets as they arrive: several side by side, slow ones, ones that fail.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/errc.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/body_reader.hpp>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/test_sink.hpp"
#include "support/waiting.hpp"

namespace quoth::session {
namespace {

using namespace std::chrono_literals;
using support::greeted;
using support::Recorder;
using support::SinkBook;
using support::SmtpClient;
using support::TestServer;
using testing::ElementsAre;
using testing::StartsWith;

/// How a test's reader behaves, and what it saw. Its session's, but for what is atomic.
struct ReaderBook {
  std::string octets;
  std::atomic<std::size_t> appended{0};
  std::atomic<bool> holds_flush{false};  ///< A flush waits until this is false.
  std::size_t flush_every = static_cast<std::size_t>(-1);
  error_code flush_error;
  bool keeps_all = false;  ///< A flush leaves in memory what it holds.
};

class TestReader final : public BodyReader {
 public:
  /// All is borrowed.
  TestReader(std::string name, ReaderBook& book, Recorder& events)
      : name_{std::move(name)}, book_{book}, events_{events} {}
  TestReader(const TestReader&) = delete;
  TestReader& operator=(const TestReader&) = delete;
  ~TestReader() override { events_.add(name_ + " gone"); }

  bool append(std::string_view octets) override {
    book_.octets += octets;
    held_ += octets.size();
    unflushed_ += octets.size();
    book_.appended += octets.size();
    return unflushed_ >= book_.flush_every;
  }

  [[nodiscard]] std::size_t held_octets() const noexcept override { return held_; }

  Awaitable<Result<void>> flush() override {
    events_.add(name_ + " flush");
    while (book_.holds_flush) co_await support::pause(1ms);
    unflushed_ = 0;
    if (!book_.keeps_all) held_ = 0;
    if (book_.flush_error) co_return book_.flush_error;
    co_return Result<void>{};
  }

 private:
  std::string name_;
  ReaderBook& book_;
  Recorder& events_;
  std::size_t held_ = 0;
  std::size_t unflushed_ = 0;
};

/// A server whose messages have a sink and two readers.
class BodyReaderTest : public testing::Test {
 protected:
  void start() {
    server_.on<event::Data>("read", [this](event::Data& data) {
      data.store_in(std::make_unique<support::TestSink>(sink_));
      data.read_with(std::make_shared<TestReader>("one", one_, events_));
      data.read_with(std::make_shared<TestReader>("two", two_, events_));
      return pass();
    });
    server_.on<event::Message>("note", [this](event::Message&) {
      events_.add("message");
      return pass();
    });
    support::accept_all(server_);
    server_.start();
  }

  SmtpClient in_text() {
    SmtpClient client = greeted(server_);
    support::converse(client,
                      {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}, {"DATA", "354"}});
    return client;
  }

  SinkBook sink_;
  ReaderBook one_;
  ReaderBook two_;
  Recorder events_;
  TestServer server_;
};

TEST_F(BodyReaderTest, AllGetTheSameOctetsAsTheyArrive) {
  start();
  SmtpClient client = in_text();
  client.send("Subject: s\r\n\r\n..one\r\n");
  const auto has_come = [this] { return one_.appended == 20 && two_.appended == 20; };
  ASSERT_TRUE(support::wait_until(has_come));
  EXPECT_EQ(sink_.appended, 20U);
  client.send("two\r\n");
  EXPECT_THAT(client.command("."), StartsWith("250"));
  EXPECT_EQ(sink_.octets, "Subject: s\r\n\r\n.one\r\ntwo\r\n");
  EXPECT_EQ(one_.octets, sink_.octets);
  EXPECT_EQ(two_.octets, sink_.octets);
}

TEST_F(BodyReaderTest, TheyAreFlushedAtTheEndBeforeMessageAndLetGo) {
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_THAT(events_.all(),
              ElementsAre("one flush", "two flush", "message", "one gone", "two gone"));
}

TEST_F(BodyReaderTest, AHandlerThatKeptOneMayAskItAtMessage) {
  std::shared_ptr<TestReader> kept;
  server_.on<event::Data>("keep", [&](event::Data& data) {
    kept = std::make_shared<TestReader>("kept", one_, events_);
    data.read_with(kept);
    return accept();
  });
  server_.on<event::Message>("ask", [&](event::Message& message) {
    EXPECT_EQ(message.content(), one_.octets);
    return kept->held_octets() == 0 ? accept() : reject();
  });
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_EQ(events_.count("kept gone"), 0U);
}

TEST_F(BodyReaderTest, TheSlowestIsThePaceOfTheClient) {
  two_.flush_every = std::size_t{64} << 10U;
  two_.holds_flush = true;
  start();
  SmtpClient client = in_text();
  const std::string line = std::string(78, 'x') + "\r\n";
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += line;
  std::size_t sent = client.send_until_stalled(lines, 150ms);
  EXPECT_TRUE(events_.wait_for("two flush"));
  // What has been read is a flush's worth and what one read brings, however much was sent.
  const std::size_t bound = two_.flush_every + (std::size_t{64} << 10U);
  EXPECT_LE(one_.appended, bound);
  EXPECT_GT(sent, bound);
  EXPECT_FALSE(client.has_input(0ms));
  two_.holds_flush = false;
  const std::string_view rest_of_line = std::string_view{line}.substr(sent % line.size());
  client.send(rest_of_line);
  sent += rest_of_line.size();
  EXPECT_THAT(client.command("."), StartsWith("250"));
  EXPECT_EQ(one_.octets.size(), sent);
  EXPECT_EQ(two_.octets, one_.octets);
}

TEST_F(BodyReaderTest, OneThatFailsInTheMiddleRefusesTheMessage) {
  one_.flush_every = 1;
  one_.flush_error = make_error_code(boost::system::errc::io_error);
  start();
  SmtpClient client = in_text();
  client.send("x\r\n");
  ASSERT_TRUE(sink_.events.wait_for("gone uncommitted"));  // at once
  EXPECT_TRUE(events_.wait_for("two gone"));
  client.send("more\r\n");
  EXPECT_THAT(client.command("."), StartsWith("451 4.3.0"));
  EXPECT_EQ(one_.octets, "x\r\n");
  EXPECT_THAT(events_.all(), ElementsAre("one flush", "one gone", "two gone"));
  EXPECT_THAT(sink_.events.all(), ElementsAre("gone uncommitted"));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250"));
}

TEST_F(BodyReaderTest, OneThatFailsAtTheEndRefusesTheMessage) {
  two_.flush_error = make_error_code(boost::system::errc::no_space_on_device);
  start();
  SmtpClient client = greeted(server_);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("452 4.3.1"));
  EXPECT_EQ(events_.count("message"), 0U);
  EXPECT_THAT(sink_.events.all(), ElementsAre("gone uncommitted"));
}

TEST_F(BodyReaderTest, TheyAreLetGoWithoutAFlushWhereTheTextIsRefused) {
  start();
  SmtpClient client = in_text();
  client.send("bare\nLF\r\n");
  ASSERT_TRUE(events_.wait_for("two gone"));
  EXPECT_THAT(client.command("."), StartsWith("554"));
  EXPECT_THAT(events_.all(), ElementsAre("one gone", "two gone"));
}

TEST_F(BodyReaderTest, TheyAreLetGoWhereTheClientGoes) {
  start();
  SmtpClient client = in_text();
  client.send("x\r\n");
  client.close();
  ASSERT_TRUE(events_.wait_for("two gone"));
  EXPECT_THAT(events_.all(), ElementsAre("one gone", "two gone"));
}

TEST_F(BodyReaderTest, TheyAreLetGoWhereDataIsRefusedBehindThem) {
  start();
  server_.on<event::Data>("no", [](event::Data&) { return reject("5.7.1 no"); });
  SmtpClient client = greeted(server_);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<c@d>", "250"},
                             {"DATA", "550 5.7.1 no"},
                             {"RSET", "250"},
                             {"NOOP", "250"}});
  EXPECT_TRUE(events_.wait_for("two gone"));
}

// ---- memory

TEST(BodyReaderMemory, WhoHoldsAllOfItInSpiteOfAFlushIsRefused) {
  Recorder events;
  ReaderBook book;
  book.keeps_all = true;
  ServerOptions options = support::test_options();
  options.memory_bytes = std::size_t{1} << 20U;
  TestServer server{options};
  SinkBook sink;
  server.on<event::Data>("read", [&](event::Data& data) {
    data.store_in(std::make_unique<support::TestSink>(sink));
    data.read_with(std::make_shared<TestReader>("one", book, events));
    return pass();
  });
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
  std::string lines;
  while (lines.size() < (std::size_t{2} << 20U)) lines += std::string(998, 'x') + "\r\n";
  client.send(lines);
  client.send(".\r\n");
  for (const char* const expected : {"250", "250", "354", "452 4.3.1"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  EXPECT_LT(book.octets.size(), lines.size());
  // It never says that it is full: it was asked to flush since there was no more memory.
  EXPECT_EQ(events.count("one flush"), 1U);
  EXPECT_TRUE(events.wait_for("one gone"));
  SmtpClient later = greeted(server);
}

}  // namespace
}  // namespace quoth::session
