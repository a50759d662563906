// A message in chunks (RFC 3030): one transaction, one sink, whichever way it is cut.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/errc.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
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
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view text = "Subject: s\r\n\r\n.one\r\n..two\r\n.\r\nthree\r\n";

std::string chunk(std::string_view octets, std::string_view last = "") {
  return "BDAT " + std::to_string(octets.size()) + std::string{last} + "\r\n" + std::string{octets};
}

std::string last_chunk(std::string_view octets) { return chunk(octets, " LAST"); }

constexpr std::string_view envelope = "MAIL FROM:<a@client.test>\r\nRCPT TO:<c@d>\r\n";

/// Takes all mail into a sink and notes what happens.
class ChunkingTest : public testing::Test {
 protected:
  static ServerOptions logged(Log& log) {
    ServerOptions options = support::test_options();
    options.log = &log;
    return options;
  }

  void start() {
    server_.on<event::Data>("store", [this](event::Data& data) {
      seen_.add("data");
      data.store_in(std::make_unique<support::TestSink>(book_));
      return pass();
    });
    server_.on<event::Message>("note", [this](event::Message& message) {
      seen_.add("message of " + std::to_string(message.size));
      return pass();
    });
    server_.on<event::Reset>("note", [this](event::Reset&) { seen_.add("reset"); });
    server_.on<event::Disconnect>(
        "note", [this](event::Disconnect& e) { seen_.add("gone: " + std::string{e.reason}); });
    support::accept_all(server_);
    server_.start();
  }

  /// A client that has sent MAIL and RCPT.
  SmtpClient in_transaction(std::string_view mail = "MAIL FROM:<a@client.test>") {
    SmtpClient client = greeted(server_);
    support::converse(client, {{mail, "250"}, {"RCPT TO:<c@d>", "250"}});
    return client;
  }

  /// The same, and a first chunk was taken.
  SmtpClient between_chunks() {
    SmtpClient client = in_transaction();
    client.send(chunk("half\r\n"));
    EXPECT_EQ(client.reply(), "250 2.0.0 OK");
    return client;
  }

  void expect_thrown_away_once() {
    EXPECT_TRUE(seen_.wait_for("reset"));
    EXPECT_EQ(seen_.count("reset"), 1U);
    EXPECT_EQ(book_.events.count("gone uncommitted"), 1U);
    EXPECT_EQ(seen_.count("data"), 1U);
    EXPECT_THAT(log_.wait_for_part("smtp.in"),
                AllOf(HasSubstr("to=[c@d]"), HasSubstr("bytes=6"), HasSubstr("verdict=aborted")));
  }

  SinkBook book_;
  Recorder seen_;
  support::LogRecorder log_;
  TestServer server_{logged(log_)};
};

TEST_F(ChunkingTest, TheSinkGetsAllChunksInOrderAndDataFiresOnce) {
  start();
  SmtpClient client = in_transaction();
  for (const char* const part : {"one\r\n", "", "two\r\n"}) {
    client.send(chunk(part));
    EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  }
  EXPECT_EQ(book_.octets, "one\r\ntwo\r\n");
  client.send(last_chunk("three\r\n"));
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(book_.octets, "one\r\ntwo\r\nthree\r\n");
  EXPECT_THAT(seen_.all(), ElementsAre("data", "message of 17"));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit c@d", "gone"));
}

TEST_F(ChunkingTest, TheLastReplyHasTheQueueIdThatDataHad) {
  Recorder ids;
  server_.on<event::Data>("look", [&](event::Data& data) {
    ids.add(std::string{data.queue_id});
    EXPECT_THAT(std::string{data.received}, HasSubstr(" id " + std::string{data.queue_id}));
    return pass();
  });
  start();
  SmtpClient client = between_chunks();
  client.send(last_chunk(""));
  const std::string reply = client.reply();
  ASSERT_EQ(ids.all().size(), 1U);
  EXPECT_EQ(reply, "250 2.0.0 OK queued as " + ids.all().front());
  EXPECT_THAT(book_.fields, HasSubstr(" id " + ids.all().front()));
  EXPECT_THAT(log_.wait_for_part("smtp.in"),
              AllOf(HasSubstr("id=" + ids.all().front()), HasSubstr("verdict=accept")));
}

TEST_F(ChunkingTest, WhereItIsCutDoesNotMatter) {
  start();
  SmtpClient client = greeted(server_);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    book_.octets.clear();
    client.send(std::string{envelope} + chunk(text.substr(0, cut)) + last_chunk(text.substr(cut)));
    for (int i = 0; i < 3; ++i) EXPECT_THAT(client.reply(), StartsWith("250 2."));
    EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as ")) << cut;
    EXPECT_EQ(book_.octets, text) << cut;
  }
  EXPECT_EQ(seen_.count("data"), text.size() + 1);
}

TEST_F(ChunkingTest, OctetByOctetItIsTheSame) {
  start();
  SmtpClient client = in_transaction();
  std::string dialogue;
  for (const char octet : text) dialogue += chunk({&octet, 1});
  dialogue += last_chunk("");
  for (const char octet : dialogue) client.send({&octet, 1});
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(book_.octets, text);
  EXPECT_EQ(seen_.count("data"), 1U);
}

TEST_F(ChunkingTest, ABinaryMessageIsKeptOctetForOctet) {
  start();
  std::string binary{"Subject: s\r\n\r\n.\r\n\r\n.\r\n"};
  for (int i = 0; i < 4096; ++i) binary += static_cast<char>(i % 256);
  binary += std::string(5000, '\n') + "\r\r\n.\r\n\r";
  SmtpClient client = in_transaction("MAIL FROM:<a@b> BODY=BINARYMIME");
  const std::string_view octets{binary};
  client.send(chunk(octets.substr(0, 3000)) + last_chunk(octets.substr(3000)));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(book_.octets, binary);
}

// ---- refused

TEST_F(ChunkingTest, ADataHandlerThatRefusesHasTheReplyOfTheFirstChunk) {
  server_.on<event::Data>("no", [](event::Data& data) {
    return data.envelope.mail.sender->local() == "bad" ? reject("5.7.1 no data") : pass();
  });
  start();
  SmtpClient client = in_transaction("MAIL FROM:<bad@b>");
  client.send(chunk("QUIT\r\n") + chunk("RSET\r\n") + last_chunk("QUIT\r\n"));
  EXPECT_EQ(client.reply(), "550 5.7.1 no data");
  EXPECT_THAT(client.reply(), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.reply(), StartsWith("503 5.5.1"));
  EXPECT_EQ(seen_.count("reset"), 1U);
  EXPECT_EQ(book_.appended, 0U);
  EXPECT_THAT(
      log_.wait_for_part("smtp.in"),
      AllOf(HasSubstr("verdict=reject"), HasSubstr("code=550 5.7.1 no data"), HasSubstr("by=no")));
  client.send(std::string{envelope} + last_chunk(text));
  for (int i = 0; i < 2; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(book_.octets, text);
}

TEST_F(ChunkingTest, ChunksThatCameWhileDataWaitsAreDealtWithInOrder) {
  support::Hold hold{seen_};
  server_.on<event::Data>("wait", [&](event::Data&) { return hold.decide(pass()); });
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n") + chunk("two\r\n"));
  ASSERT_TRUE(seen_.wait_for("waits"));
  client.send(last_chunk("three\r\n") + "NOOP\r\n");
  EXPECT_FALSE(client.has_input(0ms));
  hold.let_go();
  for (const char* const expected :
       {"250 2.0.0 OK", "250 2.0.0 OK", "250 2.0.0 OK queued as ", "250 2.0.0 OK"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  EXPECT_EQ(book_.octets, "one\r\ntwo\r\nthree\r\n");
}

TEST_F(ChunkingTest, AWaitingDataHandlerMayRefuseChunksThatCame) {
  support::Hold hold{seen_};
  server_.on<event::Data>("wait", [&](event::Data&) { return hold.decide(defer("4.7.1 later")); });
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n") + last_chunk("two\r\n") + "NOOP\r\n");
  ASSERT_TRUE(seen_.wait_for("waits"));
  hold.let_go();
  EXPECT_EQ(client.reply(), "451 4.7.1 later");
  EXPECT_THAT(client.reply(), StartsWith("503 5.5.1"));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(book_.appended, 0U);
}

TEST_F(ChunkingTest, ASinkThatFailsIsTheReplyToThatChunk) {
  book_.flush_every = 1;
  book_.flush_error = make_error_code(boost::system::errc::no_space_on_device);
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n") + chunk("two\r\n") + last_chunk("three\r\n") + "NOOP\r\n");
  EXPECT_THAT(client.reply(), StartsWith("452 4.3.1"));
  EXPECT_THAT(client.reply(), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.reply(), StartsWith("503 5.5.1"));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_THAT(book_.events.all(), ElementsAre("flush", "gone uncommitted"));
  EXPECT_THAT(seen_.all(), ElementsAre("data", "reset"));
  EXPECT_THAT(log_.wait_for_part("delivery.failed"), HasSubstr("No space"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"), HasSubstr("verdict=defer"));
}

TEST_F(ChunkingTest, ASinkThatBreaksIs451AtThatChunk) {
  book_.flush_every = 1;
  book_.flush_error = make_error_code(boost::system::errc::io_error);
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n"));
  EXPECT_THAT(client.reply(), StartsWith("451 4.3.0"));
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
}

// ---- thrown away between two chunks

TEST_F(ChunkingTest, RsetBetweenChunksThrowsTheMessageAway) {
  start();
  SmtpClient client = between_chunks();
  EXPECT_THAT(client.command("RSET"), StartsWith("250"));
  expect_thrown_away_once();
  client.send(std::string{envelope} + last_chunk(text));
  for (int i = 0; i < 2; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
}

TEST_F(ChunkingTest, EhloBetweenChunksThrowsTheMessageAway) {
  start();
  SmtpClient client = between_chunks();
  EXPECT_THAT(client.command("EHLO again.test"), StartsWith("250"));
  expect_thrown_away_once();
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("250"));
}

TEST_F(ChunkingTest, QuitBetweenChunksThrowsTheMessageAway) {
  start();
  SmtpClient client = between_chunks();
  EXPECT_THAT(client.command("QUIT"), StartsWith("221"));
  expect_thrown_away_once();
  EXPECT_TRUE(seen_.wait_for("gone: quit"));
}

TEST_F(ChunkingTest, AClientThatGoesBetweenChunksLeavesNothing) {
  start();
  SmtpClient client = between_chunks();
  client.close();
  expect_thrown_away_once();
  EXPECT_TRUE(seen_.wait_for("gone: closed by client"));
}

TEST_F(ChunkingTest, AClientThatGoesWithinAChunkLeavesNothing) {
  start();
  SmtpClient client = in_transaction();
  client.send("BDAT 100 LAST\r\nhalf\r\n");
  ASSERT_TRUE(support::wait_until([this] { return book_.appended == 6; }));
  client.close();
  expect_thrown_away_once();
  EXPECT_TRUE(seen_.wait_for("gone: closed by client"));
}

TEST_F(ChunkingTest, AStopLetsTheOtherChunksCome) {
  start();
  SmtpClient client = between_chunks();
  server_.stop(20s);
  client.send(chunk("two\r\n"));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  client.send(last_chunk("three\r\n"));
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_THAT(client.reply(), StartsWith("421 4.3.2"));
  server_.wait();
  EXPECT_EQ(book_.octets, "half\r\ntwo\r\nthree\r\n");
}

TEST_F(ChunkingTest, AStopWithoutGraceThrowsTheMessageAway) {
  start();
  SmtpClient client = between_chunks();
  server_.stop(0ms);
  server_.wait();
  expect_thrown_away_once();
  EXPECT_EQ(seen_.count("gone: cut by a stop"), 1U);
}

// ---- raw handlers

TEST_F(ChunkingTest, ARawHandlerSeesEachChunkAndMayRefuseALaterOne) {
  server_.on_verb("BDAT", "third", [this](event::Command& command) {
    seen_.add("BDAT " + std::string{command.argument});
    return seen_.all().size() > 3 ? reject("5.7.1 enough") : pass();
  });
  start();
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n") + chunk("half\r\n") + last_chunk("RSET\r\n") + "NOOP\r\n");
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_EQ(client.reply(), "550 5.7.1 enough");
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_THAT(seen_.all(), ElementsAre("BDAT 5", "data", "BDAT 6", "BDAT 6 LAST", "reset"));
  EXPECT_EQ(book_.octets, "one\r\nhalf\r\n");
  EXPECT_EQ(book_.events.count("gone uncommitted"), 1U);
  EXPECT_THAT(log_.wait_for_part("smtp.in"),
              AllOf(HasSubstr("verdict=reject"), HasSubstr("code=550 5.7.1 enough"),
                    HasSubstr("by=third")));
}

TEST_F(ChunkingTest, ARawHandlerThatTakesTheFirstChunkLeavesTheMessageToItsHandlers) {
  server_.on_verb("BDAT", "all", [](event::Command&) { return accept(); });
  start();
  Recorder contents;
  server_.chains().get<event::Message>().prepend("look", [&](event::Message& message) {
    contents.add(std::string{message.content()});
    return pass();
  });
  SmtpClient client = in_transaction();
  client.send(chunk("one\r\n") + last_chunk("two\r\n"));
  EXPECT_EQ(client.reply(), "250 2.0.0 OK");
  EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 OK queued as "));
  EXPECT_EQ(seen_.count("data"), 0U);
  EXPECT_EQ(contents.count("one\r\ntwo\r\n"), 1U);
}

// ---- memory

TEST(ChunkingMemory, IsGivenBackWhateverBecomesOfTheMessage) {
  ServerOptions options = support::test_options();
  options.memory_bytes = std::size_t{1} << 20U;
  options.content_in_memory_bytes = std::size_t{16} << 20U;
  TestServer server{options};
  support::accept_all(server);
  server.start();
  SmtpClient client = greeted(server);
  std::string lines;
  while (lines.size() < (std::size_t{600} << 10U)) lines += std::string(998, 'x') + "\r\n";
  // Each holds over half of the memory: were it not given back, no client could come any more.
  for (int i = 0; i < 6; ++i) {
    client.send(std::string{envelope} + chunk(lines));
    for (int reply = 0; reply < 3; ++reply) ASSERT_THAT(client.reply(), StartsWith("250"));
    client.send(i % 2 == 0 ? "RSET\r\n" : last_chunk("x\r\n"));
    ASSERT_THAT(client.reply(), StartsWith("250"));
    SmtpClient other = greeted(server);
  }
}

}  // namespace
}  // namespace quoth::session
