// TLS in sessions: by STARTTLS and from the first octet; what is forgotten, refused, and who fails.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "session/security_case.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_sink.hpp"

namespace quoth::session::test {
namespace {

using namespace std::chrono_literals;
using support::Recorder;
using support::SmtpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class StartTls : public SecurityCase {
 protected:
  StartTls() {
    options_.tls.mode = TlsMode::starttls;
    options_.auth.mechanisms = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"};
  }
};

class ImplicitTls : public SecurityCase {
 protected:
  ImplicitTls() { options_.tls.mode = TlsMode::implicit; }

  /// A client that has made its handshake, and read nothing.
  SmtpClient connected() {
    SmtpClient client = running().client();
    client.shake_hands();
    return client;
  }
};

// ---- what is offered, and what is forgotten

TEST_F(StartTls, EhloListsWhatServesInTheClearAndBehindIt) {
  SmtpClient client = running().client();
  client.reply();
  const std::string clear = client.command("EHLO client.test");
  EXPECT_EQ(line_of(clear, "STARTTLS"), "STARTTLS");
  EXPECT_EQ(line_of(clear, "REQUIRETLS"), "");
  EXPECT_EQ(line_of(clear, "AUTH"), "AUTH SCRAM-SHA-256");
  client.start_tls();
  const std::string secured = client.command("EHLO client.test");
  EXPECT_EQ(line_of(secured, "STARTTLS"), "");
  EXPECT_EQ(line_of(secured, "REQUIRETLS"), "REQUIRETLS");
  EXPECT_EQ(line_of(secured, "AUTH"), "AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN");
  EXPECT_THAT(client.command("STARTTLS"), StartsWith("503 5.5.1"));
}

// RFC 3207 §4.2.
TEST_F(StartTls, TheGreetingAndTheTransactionAreForgotten) {
  SmtpClient client = greeted();
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
  client.start_tls();
  support::converse(client, {{"RCPT TO:<e@f>", "503"},
                             {"MAIL FROM:<a@b>", "503 5.5.1 send HELO or EHLO first"},
                             {"EHLO client.test", "250"},
                             {"DATA", "503"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("reset"), 1U);
  EXPECT_EQ(seen_.count("tls TLSv1.3 helo= user="), 1U);
}

TEST_F(StartTls, WithoutATransactionNothingIsReset) {
  SmtpClient client = secured();
  support::converse(client, {{"NOOP", "250"}});
  EXPECT_EQ(seen_.count("reset"), 0U);
}

TEST_F(StartTls, AMessageInChunksIsLost) {
  make();
  support::SinkBook book;
  server_->on<event::Data>("store", [&](event::Data& data) {
    data.store_in(std::make_unique<support::TestSink>(book));
    return pass();
  });
  SmtpClient client = greeted();
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
  client.send("BDAT 3\r\nx\r\n");
  EXPECT_THAT(client.reply(), StartsWith("250"));
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"BDAT 0 LAST", "503"}});
  EXPECT_TRUE(book.events.wait_for("gone uncommitted"));
  EXPECT_EQ(seen_.count("reset"), 1U);
}

TEST_F(StartTls, TheUserIsForgotten) {
  options_.auth.plain_text_in_clear = true;
  make().on<event::Auth>("ann", know_ann);
  SmtpClient client = greeted();
  support::converse(client, {{"AUTH PLAIN " + plain("ann", "pencil"), "235"}});
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("tls TLSv1.3 helo= user="), 1U);
  EXPECT_EQ(seen_.count("mail user= mechanism="), 1U);
  support::converse(client, {{"RSET", "250"}, {"AUTH PLAIN " + plain("ann", "pencil"), "235"}});
}

TEST_F(StartTls, MailMayBeForThoseAloneWhoHaveIt) {
  options_.tls.mode = TlsMode::required;
  SmtpClient client = running().client();
  client.reply();
  EXPECT_EQ(line_of(client.command("EHLO client.test"), "AUTH"), "");
  support::converse(client, {{"MAIL FROM:<a@b>", "530 5.7.0 must issue a STARTTLS"},
                             {"AUTH SCRAM-SHA-256", "530 5.7.0"},
                             {"NOOP", "250"}});
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"MAIL FROM:<a@b>", "250"}});
}

TEST_F(StartTls, HandlersSeeWhatWasAgreedOn) {
  const support::TemporaryFolder folder;
  const support::TestAuthority authority;
  const CertificateFiles files =
      support::write(authority.issue({.common_name = "ann"}), folder / "ann");
  options_.tls.client_certificates = ClientCertificates::ask;
  make().on_verb("NOOP", "facts", [](event::Command& command) {
    const TlsFacts& tls = *command.session.tls();
    return accept(tls.version + " " + std::to_string(tls.cipher_bits) + " " + tls.server_name +
                  " " + (tls.client ? tls.client->common_name : "nobody"));
  });
  SmtpClient client = secured(files);
  EXPECT_EQ(client.command("NOOP").substr(0, 22), "250 2.0.0 TLSv1.3 256 ");
  EXPECT_THAT(client.command("NOOP"), HasSubstr("mx.test ann"));
  SmtpClient other = secured();
  EXPECT_THAT(other.command("NOOP"), HasSubstr("mx.test nobody"));
}

// ---- octets behind STARTTLS in the clear (RFC 3207 §6)

TEST_F(StartTls, ClearTextBehindItEndsTheConnection) {
  SmtpClient client = greeted();
  client.send("STARTTLS\r\nMAIL FROM:<evil@x>\r\n");
  EXPECT_THAT(client.rest(), AllOf(StartsWith("554 5.5.0 "), testing::EndsWith("connection\r\n")));
  EXPECT_TRUE(seen_.wait_for("end bad pipelining"));
  EXPECT_EQ(count(Defence::bad_pipelining), 1U);
}

TEST_F(StartTls, ClearTextBehindItIsThrownAwayWhereItMayStand) {
  options_.defences.refuse_bad_pipelining = false;
  SmtpClient client = greeted();
  client.send("STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@x>\r\n");
  EXPECT_THAT(client.reply(), StartsWith("220 "));
  client.shake_hands();
  EXPECT_THAT(client.command("NOOP behind"), StartsWith("250 2.0.0"));
  EXPECT_FALSE(client.has_input(0ms));
  EXPECT_THAT(client.command("MAIL FROM:<a@b>"), StartsWith("503 5.5.1 send HELO"));
  EXPECT_EQ(seen_.count("mail user= mechanism="), 0U);
}

// A command in two pieces: what came of it in the clear does not meet the rest.
TEST_F(StartTls, HalfACommandBehindItIsThrownAwayToo) {
  options_.defences.refuse_bad_pipelining = false;
  SmtpClient client = greeted();
  client.send("STARTTLS\r\nNOO");
  EXPECT_THAT(client.reply(), StartsWith("220 "));
  client.shake_hands();
  EXPECT_THAT(client.command("P"), StartsWith("500"));
}

// ---- handshakes that do not come about

TEST_F(StartTls, AHandshakeThatFailsEndsTheConnection) {
  SmtpClient client = greeted();
  support::converse(client, {{"MAIL FROM:<a@b>", "250"}, {"STARTTLS", "220"}});
  client.send("EHLO this.is.no.handshake\r\n");
  client.rest();
  EXPECT_TRUE(seen_.wait_for("end no TLS handshake"));
  EXPECT_EQ(seen_.count("reset"), 1U);
  EXPECT_EQ(count(Defence::failed_handshake), 1U);
  EXPECT_THAT(line("tls.failed"), AllOf(StartsWith("info tls.failed sess="),
                                        HasSubstr("ip=127.0.0.1"), HasSubstr("why=")));
}

TEST_F(StartTls, AHandshakeThatTakesTooLongEndsIt) {
  options_.tls.handshake_timeout = 20ms;
  SmtpClient client = greeted();
  support::converse(client, {{"STARTTLS", "220"}});
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(seen_.wait_for("end TLS handshake timed out"));
}

TEST_F(StartTls, AClientThatLeavesInsteadEndsIt) {
  SmtpClient client = greeted();
  support::converse(client, {{"STARTTLS", "220"}});
  client.close();
  EXPECT_TRUE(seen_.wait_for("end no TLS handshake"));
  EXPECT_EQ(count(Defence::failed_handshake), 1U);
}

TEST_F(StartTls, AStopDoesNotWaitForAHandshake) {
  SmtpClient client = greeted();
  support::converse(client, {{"STARTTLS", "220"}});
  server_->stop(1h);
  EXPECT_EQ(client.rest(), "");
  server_->wait();
  EXPECT_EQ(server_->connection_count(), 0U);
}

TEST_F(StartTls, AHandshakeIsCut) {
  SmtpClient client = greeted();
  support::converse(client, {{"STARTTLS", "220"}});
  server_->stop(0ms);
  EXPECT_EQ(client.rest(), "");
  server_->wait();
  EXPECT_EQ(server_->connection_count(), 0U);
}

TEST_F(StartTls, SoManyHandshakesAtATimeAndOneMore) {
  options_.tls.handshakes = 1;
  SmtpClient first = greeted();
  SmtpClient second = greeted();
  support::converse(first, {{"STARTTLS", "220"}});
  support::converse(
      second, {{"STARTTLS", "454 4.7.0 TLS is not available now"}, {"MAIL FROM:<a@b>", "250"}});
  first.shake_hands();
  support::converse(first, {{"NOOP", "250"}});
  second.start_tls();
  support::converse(second, {{"EHLO client.test", "250"}});
}

TEST_F(StartTls, APlaceIsFreeAgainAfterAHandshakeThatFailed) {
  options_.tls.handshakes = 1;
  SmtpClient first = greeted();
  support::converse(first, {{"STARTTLS", "220"}});
  first.close();
  ASSERT_TRUE(seen_.wait_for("end no TLS handshake"));
  secured();
}

// ---- handlers

TEST_F(StartTls, AHandlerRefusesWhatWasAgreedOn) {
  make().on<event::Tls>("refuse", [](event::Tls&) { return reject("5.7.5 not with me"); });
  SmtpClient client = greeted();
  client.start_tls();
  EXPECT_EQ(client.rest(), "550 5.7.5 not with me\r\n");
  EXPECT_TRUE(seen_.wait_for("end closed by handler"));
}

TEST_F(StartTls, AHandlerMayWait) {
  Recorder holds;
  support::Hold hold{holds};
  make().on<event::Tls>("wait", [&](event::Tls&) { return hold.decide(pass()); });
  SmtpClient client = greeted();
  client.start_tls();
  ASSERT_TRUE(holds.wait_for("waits"));
  client.send("EHLO client.test\r\n");
  hold.let_go();
  EXPECT_THAT(client.reply(), StartsWith("250"));
}

TEST_F(StartTls, ARawHandlerRefusesIt) {
  make().on_verb("STARTTLS", "refuse",
                 [](event::Command&) { return answer(454, "4.7.0 not today"); });
  SmtpClient client = greeted();
  support::converse(
      client,
      {{"MAIL FROM:<a@b>", "250"}, {"STARTTLS", "454 4.7.0 not today"}, {"RCPT TO:<c@d>", "250"}});
  EXPECT_EQ(seen_.count("reset"), 0U);
}

TEST_F(StartTls, ARawHandlerThatSaysYesHasItStart) {
  make().on_verb("STARTTLS", "yes", [](event::Command&) { return answer(220, "come on"); });
  EXPECT_THAT(secured().command("NOOP"), StartsWith("250"));
}

// ---- from the first octet

TEST_F(ImplicitTls, TheBannerStandsBehindTheHandshake) {
  SmtpClient client = connected();
  EXPECT_THAT(client.reply(), StartsWith("220 mx.test "));
  const std::string hello = client.command("EHLO client.test");
  EXPECT_EQ(line_of(hello, "STARTTLS"), "");
  EXPECT_EQ(line_of(hello, "REQUIRETLS"), "REQUIRETLS");
  EXPECT_THAT(client.command("STARTTLS"), StartsWith("503"));
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_EQ(seen_.count("tls TLSv1.3 helo= user="), 1U);
}

TEST_F(ImplicitTls, WhoIsRefusedHearsItBehindTheHandshake) {
  make().on<event::Connect>("refuse", [](event::Connect&) { return answer(554, "not you"); });
  SmtpClient client = connected();
  support::converse(client, {});
  EXPECT_EQ(client.reply(), "554 not you");
  support::converse(client, {{"EHLO client.test", "503"}, {"QUIT", "221"}});
}

TEST_F(ImplicitTls, AHandlerOfTlsRefusesInTheBannersPlace) {
  make().on<event::Tls>("refuse", [](event::Tls&) { return answer(554, "too weak"); });
  SmtpClient client = connected();
  EXPECT_EQ(client.reply(), "554 too weak");
  support::converse(client, {{"EHLO client.test", "503"}, {"QUIT", "221"}});
}

// There is one greeting, whoever speaks against the client.
TEST_F(ImplicitTls, WhoIsRefusedTwiceHearsOneRefusal) {
  make().on<event::Connect>("refuse", [](event::Connect&) { return answer(554, "not you"); });
  server_->on<event::Tls>("refuse", [](event::Tls&) { return answer(554, "too weak"); });
  SmtpClient client = connected();
  EXPECT_EQ(client.reply(), "554 not you");
  EXPECT_THAT(client.command("QUIT"), StartsWith("221"));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ImplicitTls, WhoTalksBeforeTheBannerIsGone) {
  Recorder holds;
  support::Hold hold{holds};
  make().on<event::Connect>("wait", [&](event::Connect&) { return hold.decide(pass()); });
  SmtpClient client = connected();
  ASSERT_TRUE(holds.wait_for("waits"));
  client.send("EHLO client.test\r\n");
  hold.let_go();
  EXPECT_EQ(client.rest(), "554 5.5.0 you talk before the greeting\r\n");
  EXPECT_EQ(count(Defence::early_talker), 1U);
}

// What belongs to the handshake is no talk.
TEST_F(ImplicitTls, WhoWaitsForTheBannerHasIt) {
  options_.defences.banner_delay = 20ms;
  SmtpClient client = connected();
  EXPECT_THAT(client.reply(), StartsWith("220"));
  EXPECT_EQ(count(Defence::early_talker), 0U);
}

TEST_F(ImplicitTls, WhoSpeaksInTheClearIsGone) {
  SmtpClient client = running().client();
  client.send("EHLO client.test\r\n");
  client.rest();
  EXPECT_TRUE(seen_.wait_for("end no TLS handshake"));
  EXPECT_EQ(count(Defence::failed_handshake), 1U);
  EXPECT_EQ(count(Defence::early_talker), 0U);
}

TEST_F(ImplicitTls, SoManyHandshakesAtATimeAndOneMore) {
  options_.tls.handshakes = 1;
  SmtpClient first = running().client();
  SmtpClient second = running().client();
  EXPECT_EQ(second.rest(), "");
  EXPECT_EQ(count(Defence::handshakes), 1U);
  first.shake_hands();
  EXPECT_THAT(first.reply(), StartsWith("220"));
}

TEST_F(ImplicitTls, AStopDoesNotWaitForAHandshake) {
  SmtpClient client = running().client();
  ASSERT_TRUE(support::wait_until([&] { return server_->connection_count() == 1; }));
  server_->stop(1h);
  EXPECT_EQ(client.rest(), "");
  server_->wait();
}

TEST_F(ImplicitTls, AStopIsToldBehindTheHandshake) {
  SmtpClient client = connected();
  client.reply();
  server_->stop(1h);
  EXPECT_EQ(client.rest(), "421 4.3.2 the server stops, try again later\r\n");
}

}  // namespace
}  // namespace quoth::session::test
