// LMTP (RFC 2033): each recipient has an outcome of its own.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/errc.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/test_sink.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
using support::Recorder;
using support::SinkBook;
using support::SmtpClient;
using support::TestServer;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// An LMTP server that stores in a book. A recipient's local part says what becomes of it: "full",
/// "gone", "later", or it is taken.
class LmtpTest : public testing::Test {
 protected:
  static ServerOptions options(Log& log) {
    ServerOptions options = support::test_options();
    options.protocol = smtp::Protocol::lmtp;
    options.log = &log;
    return options;
  }

  void decide_each() {
    server_.on<event::Message>("each", [](event::Message& message) {
      for (const smtp::RcptArguments& rcpt : message.envelope.recipients) {
        const std::string& local = rcpt.recipient.local();
        if (local == "full") message.outcomes.set(rcpt.place, Reply{452, "4.2.2 full"});
        if (local == "gone") message.outcomes.set(rcpt.place, Reply{550, "5.1.1 gone"});
        if (local == "later") message.outcomes.set(rcpt.place, Reply{451, "4.7.1 later"});
      }
      return pass();
    });
  }

  void start(const Decision& message_decision = accept()) {
    server_.on<event::Data>("store", [this](event::Data& data) {
      data.store_in(std::make_unique<support::TestSink>(book_));
      return pass();
    });
    server_.on<event::Rcpt>("some", [](event::Rcpt& rcpt) {
      return rcpt.recipient.local() == "nobody" ? reject("5.1.1 nobody") : accept();
    });
    server_.on<event::Message>("last",
                               [message_decision](event::Message&) { return message_decision; });
    server_.on<event::Reset>("note", [this](event::Reset&) { seen_.add("reset"); });
    server_.start();
  }

  SmtpClient greeted() {
    SmtpClient client = server_.client();
    EXPECT_THAT(client.reply(), StartsWith("220 mx.test"));
    EXPECT_THAT(client.command("LHLO client.test"), StartsWith("250-mx.test"));
    return client;
  }

  /// Sends a message to them. @returns the replies to its end, which are as many as recipients were
  /// taken, and then the one to NOOP.
  static std::vector<std::string> deliver(SmtpClient& client,
                                          const std::vector<std::string>& locals) {
    EXPECT_THAT(client.command("MAIL FROM:<a@client.test>"), StartsWith("250"));
    std::vector<std::string> replies;
    std::size_t taken = 0;
    for (const std::string& local : locals) {
      if (client.command("RCPT TO:<" + local + "@d>").starts_with("250")) ++taken;
    }
    client.send("DATA\r\nSubject: s\r\n\r\nx\r\n.\r\nNOOP\r\n");
    EXPECT_THAT(client.reply(), StartsWith("354"));
    for (std::size_t i = 0; i < taken; ++i) replies.push_back(client.reply());
    EXPECT_EQ(client.reply(), "250 2.0.0 OK");  // no more and no less than those
    return replies;
  }

  SinkBook book_;
  Recorder seen_;
  support::LogRecorder log_;
  TestServer server_{options(log_)};
};

TEST_F(LmtpTest, EachRecipientHasItsReplyInOrderAndWhoIsAcceptedHasTheMessage) {
  decide_each();
  start();
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"gone", "ann", "full", "nobody", "bob", "later"}),
              ElementsAre("550 5.1.1 gone", StartsWith("250 2.0.0 OK queued as "), "452 4.2.2 full",
                          StartsWith("250 2.0.0 OK queued as "), "451 4.7.1 later"));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit ann@d bob@d", "gone"));
  EXPECT_TRUE(seen_.all().empty());
}

TEST_F(LmtpTest, AllAcceptedHaveOneQueueId) {
  start();
  SmtpClient client = greeted();
  const std::vector<std::string> replies = deliver(client, {"ann", "bob", "cid"});
  ASSERT_THAT(replies, testing::Each(StartsWith("250 2.0.0 OK queued as ")));
  EXPECT_EQ(replies[0], replies[1]);
  EXPECT_EQ(replies[0], replies[2]);
  EXPECT_THAT(book_.events.all(), ElementsAre("commit ann@d bob@d cid@d", "gone"));
}

TEST_F(LmtpTest, ARecipientThatStandsTwiceIsTwo) {
  server_.on<event::Message>("second", [](event::Message& message) {
    message.outcomes.set(1, Reply{550, "5.1.1 once is enough"});
    return pass();
  });
  start();
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"ann", "ann"}),
              ElementsAre(StartsWith("250"), "550 5.1.1 once is enough"));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit ann@d", "gone"));
}

TEST_F(LmtpTest, RecipientsOfHandlersHaveNoReplyAndRemovedOnesHave) {
  server_.on<event::Message>("list", [](event::Message& message) {
    auto& recipients = message.envelope.recipients;
    // The reply stands with the place, whatever is removed and added before it.
    recipients.erase(recipients.begin());
    recipients.insert(recipients.begin(), {.recipient = *mail::Mailbox::parse("new@d")});
    message.outcomes.set(1, Reply{550, "5.1.1 gone"});
    return pass();
  });
  start();
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"ann", "bob", "cid"}),
              ElementsAre(StartsWith("250"), "550 5.1.1 gone", StartsWith("250")));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit new@d cid@d", "gone"));
}

TEST_F(LmtpTest, AStoreThatFailsIsTheReplyOfThoseThatWereAccepted) {
  book_.commit_error = make_error_code(boost::system::errc::io_error);
  decide_each();
  start();
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"ann", "gone", "bob"}),
              ElementsAre(StartsWith("451 4.3.0"), "550 5.1.1 gone", StartsWith("451 4.3.0")));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit ann@d bob@d", "gone uncommitted"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"), HasSubstr("verdict=defer"));
}

TEST_F(LmtpTest, WhereAllAreRefusedNothingIsStored) {
  decide_each();
  start();
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"gone", "full"}), ElementsAre("550 5.1.1 gone", "452 4.2.2 full"));
  EXPECT_THAT(book_.events.all(), ElementsAre("gone uncommitted"));
  EXPECT_THAT(log_.wait_for_part("smtp.in"), HasSubstr("verdict=reject code=550 5.1.1 gone"));
}

TEST_F(LmtpTest, ARefusalOfAllMayLeaveSomeAccepted) {
  server_.on<event::Message>("one", [](event::Message& message) {
    message.outcomes.set(1, Reply{250, "2.1.5 taken"});
    return pass();
  });
  start(reject("5.7.1 spam"));
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"ann", "bob"}), ElementsAre("550 5.7.1 spam", "250 2.1.5 taken"));
  EXPECT_THAT(book_.events.all(), ElementsAre("commit bob@d", "gone"));
}

TEST_F(LmtpTest, WithoutADecisionEachIsRefused) {
  start(pass());
  SmtpClient client = greeted();
  EXPECT_THAT(deliver(client, {"ann", "bob"}),
              ElementsAre(StartsWith("554 5.7.1"), StartsWith("554 5.7.1")));
  EXPECT_THAT(book_.events.all(), ElementsAre("gone uncommitted"));
}

TEST_F(LmtpTest, AReplyMayCloseBehindThoseOfTheOthers) {
  server_.on<event::Message>("close", [](event::Message& message) {
    message.outcomes.set(0, Reply{421, "4.7.0 enough"}.then_close());
    return pass();
  });
  start();
  SmtpClient client = greeted();
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<ann@d>\r\nRCPT TO:<bob@d>\r\nDATA\r\n.\r\nNOOP\r\n");
  for (const char* const expected : {"250", "250", "250", "354", "421 4.7.0 enough", "250 2.0.0"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  EXPECT_EQ(client.rest(), "");
}

TEST_F(LmtpTest, TheLastChunkHasAReplyForEachToo) {
  decide_each();
  start();
  SmtpClient client = greeted();
  client.send("MAIL FROM:<a@b>\r\nRCPT TO:<ann@d>\r\nRCPT TO:<gone@d>\r\n");
  client.send("BDAT 3\r\nx\r\nBDAT 0 LAST\r\nNOOP\r\n");
  for (const char* const expected : {"250 2.1.0", "250 2.1.5", "250 2.1.5", "250 2.0.0 OK",
                                     "250 2.0.0 OK queued as ", "550 5.1.1 gone", "250 2.0.0"}) {
    EXPECT_THAT(client.reply(), StartsWith(expected));
  }
  EXPECT_THAT(book_.events.all(), ElementsAre("commit ann@d", "gone"));
}

TEST_F(LmtpTest, TheLineAndTheTraceNameTheProtocol) {
  decide_each();
  start();
  SmtpClient client = greeted();
  deliver(client, {"ann", "nobody", "gone"});
  EXPECT_THAT(book_.fields,
              AllOf(StartsWith("Received: from client.test"), HasSubstr("with LMTP")));
  EXPECT_THAT(log_.wait_for_part("smtp.in"),
              AllOf(HasSubstr("proto=LMTP"), HasSubstr("to=[ann@d,gone@d] n_to=2"),
                    HasSubstr("refused=[nobody@d]"), HasSubstr("verdict=accept"),
                    HasSubstr("by=last"), HasSubstr("helo=client.test")));
}

}  // namespace
}  // namespace quoth::session
