#include "delivery/maildir/sink.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace quoth::delivery::maildir {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view received = "Received: by mx.test\r\n";

/// Delivers for recipients whose local part names their Maildir.
class MaildirSinkTest : public testing::Test {
 protected:
  MaildirSinkTest() {
    envelope_.mail.sender = mail::Mailbox::parse("a@client.test").value();
    set_recipients({"ann"});
  }
  ~MaildirSinkTest() override { pool_.join(); }

  void set_recipients(const std::vector<std::string>& locals) {
    envelope_.recipients.clear();
    for (const std::string& local : locals) {
      envelope_.recipients.push_back(
          {.recipient = mail::Mailbox::parse(local + "@d.test").value()});
    }
  }

  Result<std::vector<std::string>> maildirs(const smtp::Envelope& envelope) const {
    std::vector<std::string> result;
    for (const auto& rcpt : envelope.recipients) {
      result.push_back(folder_ / rcpt.recipient.local());
    }
    return result;
  }

  std::unique_ptr<Sink> sink() {
    Sink::Settings settings{pool_, "mx",
                            [this](const smtp::Envelope& envelope) { return maildirs(envelope); }};
    return std::make_unique<Sink>(std::move(settings), *maildirs(envelope_),
                                  top_fields(envelope_, received));
  }

  void feed(Sink& sink, std::string_view octets) {
    if (!sink.append(octets)) return;
    EXPECT_TRUE(support::run(io_, sink.flush()));
  }

  Result<void> commit(Sink& sink, std::string_view fields = received) {
    const Acceptance acceptance{envelope_, "ID", fields};
    return support::run(io_, sink.commit(acceptance));
  }

  std::vector<fs::path> in(const std::string& maildir, const std::string& folder = "new") const {
    return support::entries(folder_.path() / maildir / folder);
  }
  /// The one message in a Maildir.
  std::string message(const std::string& maildir) const {
    const std::vector<fs::path> files = in(maildir);
    return files.size() == 1 ? support::contents(files.front())
                             : std::to_string(files.size()) + " files";
  }
  void expect_no_tmp() const {
    for (const fs::path& maildir : support::entries(folder_.path())) {
      EXPECT_TRUE(support::entries(maildir / "tmp").empty()) << maildir;
    }
  }

  static inline const std::string head = "Return-Path: <a@client.test>\nReceived: by mx.test\n";

  support::TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  net::BlockingPool pool_{2};
  smtp::Envelope envelope_;
};

TEST_F(MaildirSinkTest, OneMessageWithLfLineEnds) {
  const auto one = sink();
  feed(*one, "Subject: x\r\n\r\ntext\r\n");
  EXPECT_TRUE(commit(*one));
  EXPECT_EQ(message("ann"), head + "Subject: x\n\ntext\n");
  EXPECT_TRUE(fs::is_directory(folder_.path() / "ann" / "cur"));
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, LineEndsThatAreCutAnywhere) {
  const auto one = sink();
  for (const char c : std::string_view{"a\r\n\r\nb\r\n"}) feed(*one, {&c, 1});
  EXPECT_TRUE(commit(*one));
  EXPECT_EQ(message("ann"), head + "a\n\nb\n");
}

TEST_F(MaildirSinkTest, NothingStandsInNewBeforeTheCommit) {
  const auto one = sink();
  feed(*one, std::string(200000, 'x'));
  EXPECT_EQ(in("ann", "tmp").size(), 1U);
  EXPECT_TRUE(in("ann").empty());
}

TEST_F(MaildirSinkTest, WithoutACommitNothingStays) {
  {
    const auto one = sink();
    feed(*one, std::string(200000, 'x'));
  }
  EXPECT_TRUE(in("ann").empty());
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, ALongMessage) {
  std::string text;
  for (int i = 0; i < 50000; ++i) text += "line " + std::to_string(i) + "\r\n";
  const auto one = sink();
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    feed(*one, std::string_view{text}.substr(at, 1000));
  }
  EXPECT_TRUE(commit(*one));
  std::erase(text, '\r');
  EXPECT_EQ(message("ann"), head + text);
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, SeveralMaildirsShareTheFile) {
  set_recipients({"ann", "bob", "eve"});
  const auto one = sink();
  feed(*one, "text\r\n");
  EXPECT_TRUE(commit(*one));
  for (const char* const who : {"ann", "bob", "eve"}) EXPECT_EQ(message(who), head + "text\n");
  EXPECT_EQ(fs::hard_link_count(in("ann").front()), 3U);
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, FieldsAddedAtMessageStandOnTop) {
  const std::string fields = "X-Spam: no\r\n" + std::string{received};
  const auto one = sink();
  feed(*one, "text\r\n");
  EXPECT_TRUE(commit(*one, fields));
  EXPECT_EQ(message("ann"),
            "Return-Path: <a@client.test>\nX-Spam: no\nReceived: by mx.test\ntext\n");
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, FieldsAddedAtMessageRewriteAFileThatWasBegun) {
  const std::string fields = "X-Spam: no\r\n" + std::string{received};
  const auto one = sink();
  feed(*one, std::string(150000, 'x') + "\r\n");
  feed(*one, "end\r\n");
  EXPECT_TRUE(commit(*one, fields));
  EXPECT_EQ(message("ann"), "Return-Path: <a@client.test>\nX-Spam: no\nReceived: by mx.test\n" +
                                std::string(150000, 'x') + "\nend\n");
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, RecipientsChangedAtMessage) {
  for (const std::size_t octets : {10U, 200000U}) {
    const auto one = sink();
    feed(*one, std::string(octets, 'x') + "\r\n");
    set_recipients({"bob", "eve"});
    EXPECT_TRUE(commit(*one));
    set_recipients({"ann"});
    EXPECT_TRUE(in("ann").empty());
  }
  EXPECT_EQ(in("bob").size(), 2U);
  EXPECT_EQ(in("eve").size(), 2U);
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, RecipientsAllTakenAwayAtMessage) {
  const auto one = sink();
  feed(*one, std::string(200000, 'x'));
  set_recipients({});
  EXPECT_TRUE(commit(*one));
  EXPECT_TRUE(in("ann").empty());
}

TEST_F(MaildirSinkTest, AFailureAtTheSecondMaildirLeavesNothingInTheFirst) {
  set_recipients({"ann", "bob"});
  std::ofstream{folder_ / "bob"} << "no folder can be made here";
  {
    const auto one = sink();
    feed(*one, "text\r\n");
    EXPECT_FALSE(commit(*one));
  }
  EXPECT_TRUE(in("ann").empty());
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, AFailureAtTheSecondRenameLeavesNothingInTheFirst) {
  set_recipients({"ann", "bob"});
  fs::create_directories(folder_.path() / "bob" / "tmp");
  std::ofstream{folder_.path() / "bob" / "new"} << "a file where a folder should be";
  {
    const auto one = sink();
    feed(*one, std::string(200000, 'x'));
    EXPECT_FALSE(commit(*one));
  }
  EXPECT_TRUE(in("ann").empty());
  expect_no_tmp();
}

TEST_F(MaildirSinkTest, AMaildirThatCannotBeMadeIsAnError) {
  std::ofstream{folder_ / "ann"} << "no folder can be made here";
  const auto one = sink();
  feed(*one, "text\r\n");
  EXPECT_FALSE(commit(*one));
}

TEST_F(MaildirSinkTest, ItsFilesAreTheOwnersAlone) {
  const auto one = sink();
  feed(*one, "text\r\n");
  EXPECT_TRUE(commit(*one));
  struct stat status {};
  ASSERT_EQ(::stat(in("ann").front().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace quoth::delivery::maildir
