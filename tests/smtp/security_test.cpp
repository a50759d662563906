#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <gtest/gtest.h>
#include <quoth/smtp/server_protocol.hpp>

#include "core/base64.hpp"

// STARTTLS (RFC 3207) and AUTH (RFC 4954) as the protocol sees them: framing, order, demands.

namespace quoth::smtp {
namespace {

Dialect with(std::initializer_list<std::string_view> extensions) {
  Dialect dialect = standard_dialect({});
  for (const std::string_view keyword : extensions) dialect.offer(keyword);
  return dialect;
}

/// A conversation with a server that says `decided` to what is right.
class Talk {
 public:
  explicit Talk(Dialect dialect) : dialect_{std::move(dialect)} {}
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  /// @returns the replies, without their last CRLF; empty: none came.
  std::string say(std::string_view line, const Reply& decided = {250, "2.0.0 OK"}) {
    line_ = std::string{line} + "\r\n";
    const Step step = protocol.next(line_);
    EXPECT_EQ(step.consumed, line_.size());
    std::string out;
    const auto* const malformed = std::get_if<Malformed>(&step.incoming);
    protocol.answer(malformed != nullptr ? malformed->reply : decided, out);
    return out.substr(0, out.empty() ? 0 : out.size() - 2);
  }
  std::string challenge(std::string_view octets) {
    std::string out;
    protocol.challenge(octets, out);
    return out;
  }
  std::string answer(const Reply& reply) {
    std::string out;
    protocol.answer(reply, out);
    return out;
  }
  /// A response, decoded; none if it was refused, with the reply in `refusal`.
  std::optional<std::string> respond(std::string_view line) {
    line_ = std::string{line} + "\r\n";
    const Step step = protocol.next(line_);
    if (const auto* response = std::get_if<AuthResponse>(&step.incoming)) return response->octets;
    const auto* const malformed = std::get_if<Malformed>(&step.incoming);
    if (malformed == nullptr) return std::nullopt;
    refusal = answer(malformed->reply);
    return std::nullopt;
  }

 private:
  Dialect dialect_;
  std::string line_;

 public:
  ServerProtocol protocol{dialect_};
  std::string refusal;
};

const Reply ready{220, "2.0.0 ready"};
const Reply go_on{334, ""};
const Reply welcome{235, "2.7.0 welcome"};

// RFC 3207 §4
TEST(StartTls, TakesNoParameter) {
  Talk talk{with({"STARTTLS"})};
  EXPECT_EQ(talk.say("STARTTLS now", ready).substr(0, 9), "501 5.5.4");
  EXPECT_EQ(talk.say("STARTTLS", ready), "220 2.0.0 ready");
  EXPECT_EQ(talk.protocol.state(), State::securing);
}

// RFC 3207 §4: a refusal changes nothing.
TEST(StartTls, ARefusalChangesNothing) {
  Talk talk{with({"STARTTLS"})};
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("STARTTLS", {454, "4.7.0 not now"}), "454 4.7.0 not now");
  EXPECT_EQ(talk.protocol.state(), State::greeted);
  EXPECT_EQ(talk.protocol.helo(), "client.test");
}

// RFC 3207 §4.2
TEST(StartTls, ForgetsAllThatWasSaid) {
  Talk talk{with({"STARTTLS"})};
  talk.say("EHLO client.test");
  talk.say("MAIL FROM:<ann@client.test>");
  talk.say("RCPT TO:<user@local.test>");
  talk.say("STARTTLS", ready);
  EXPECT_TRUE(talk.protocol.helo().empty());
  EXPECT_FALSE(talk.protocol.in_transaction());
  EXPECT_TRUE(talk.protocol.envelope().recipients.empty());
  EXPECT_EQ(talk.protocol.recipient_count(), 0U);
}

// RFC 3207 §4.2: what is carried over are counts alone.
TEST(StartTls, TheConversationBehindItBeginsAnew) {
  const Dialect clear = with({"STARTTLS"});
  const Dialect secured = clear.secured();
  ServerProtocol protocol{secured, Tally{.commands = 3, .errors = 2}};
  EXPECT_EQ(protocol.state(), State::connected);
  EXPECT_EQ(protocol.error_count(), 2U);
  std::string out;
  static_cast<void>(protocol.next("MAIL FROM:<ann@client.test>\r\n"));
  protocol.answer({503, "5.5.1 send HELO or EHLO first"}, out);
  EXPECT_EQ(protocol.error_count(), 3U);
}

// RFC 3207 §4.2: STARTTLS is not listed behind TLS, and a second one makes no sense.
TEST(StartTls, IsNeitherListedNorTakenTwice) {
  const Dialect clear = with({"STARTTLS"});
  EXPECT_NE(clear.ehlo_lines().find("STARTTLS"), std::string::npos);
  EXPECT_EQ(clear.secured().ehlo_lines().find("STARTTLS"), std::string::npos);
  Talk talk{clear.secured()};
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("STARTTLS", ready), "503 5.5.1 TLS is on already");
  EXPECT_EQ(talk.protocol.state(), State::greeted);
}

// RFC 3207 §4
TEST(StartTls, WhereItIsDemandedNothingElseIsTaken) {
  Dialect dialect = with({"STARTTLS", "AUTH", "ETRN"});
  dialect.demand_tls();
  for (const std::string_view line :
       {"HELO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<a@b.test>", "DATA", "RSET", "HELP",
        "VRFY ann", "EXPN list", "ETRN b.test", "AUTH PLAIN AGEAYg==", "XUNKNOWN", "BDAT 0 LAST"}) {
    Talk talk{dialect};
    EXPECT_EQ(talk.say("EHLO client.test").substr(0, 3), "250");
    EXPECT_EQ(talk.say(line), "530 5.7.0 must issue a STARTTLS command first") << line;
  }
  Talk talk{dialect};
  EXPECT_EQ(talk.say("NOOP").substr(0, 3), "250");
  EXPECT_EQ(talk.say("EHLO client.test").substr(0, 3), "250");
  EXPECT_EQ(talk.say("STARTTLS", ready).substr(0, 3), "220");
  EXPECT_FALSE(dialect.secured().demands_tls());
}

// RFC 3030 §2: the octets of a chunk come, whether it is welcome or not.
TEST(StartTls, AChunkThatIsNotWelcomeIsSkipped) {
  Dialect dialect = with({"STARTTLS"});
  dialect.demand_tls();
  ServerProtocol protocol{dialect};
  const std::string input = "BDAT 6\r\nNOOP\r\nNOOP\r\n";
  Step step = protocol.next(input);
  ASSERT_TRUE(std::holds_alternative<Malformed>(step.incoming));
  std::string out;
  protocol.answer(std::get<Malformed>(step.incoming).reply, out);
  EXPECT_EQ(out.substr(0, 3), "530");
  std::size_t at = step.consumed;
  step = protocol.next(std::string_view{input}.substr(at));
  at += step.consumed;
  step = protocol.next(std::string_view{input}.substr(at));
  EXPECT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  EXPECT_EQ(protocol.command().verb, "NOOP");
}

// RFC 4954 §6
TEST(Auth, WhereItIsDemandedMailHasToWait) {
  Dialect dialect = with({"AUTH"});
  dialect.demand_auth();
  Talk talk{std::move(dialect)};
  for (const std::string_view line : {"HELO client.test", "NOOP", "RSET", "EHLO client.test"}) {
    EXPECT_EQ(talk.say(line).substr(0, 3), "250") << line;
  }
  EXPECT_EQ(talk.say("MAIL FROM:<>"), "530 5.7.0 authentication required");
  EXPECT_EQ(talk.say("VRFY ann"), "530 5.7.0 authentication required");
  EXPECT_EQ(talk.say("AUTH PLAIN", go_on), "");
  talk.answer(welcome);
  EXPECT_EQ(talk.say("MAIL FROM:<>").substr(0, 3), "250");
}

// RFC 4954 §4
TEST(Auth, ItsReplyIsTheFirstChallenge) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("AUTH LOGIN", go_on), "");
  EXPECT_EQ(talk.protocol.state(), State::exchange);
  EXPECT_EQ(talk.challenge("Username:"), "334 VXNlcm5hbWU6\r\n");
  EXPECT_EQ(talk.respond("YW5u"), "ann");
  EXPECT_EQ(talk.challenge(""), "334 \r\n");  // the space stands there
  EXPECT_EQ(talk.respond(""), "");
  EXPECT_EQ(talk.answer(welcome), "235 2.7.0 welcome\r\n");
  EXPECT_TRUE(talk.protocol.is_authenticated());
  EXPECT_EQ(talk.protocol.state(), State::greeted);
}

// RFC 4954 §4: "*" cancels; what is no Base64 is 501. Both end the exchange.
TEST(Auth, ABrokenResponseEndsTheExchange) {
  for (const auto& [line, reply] : {std::pair{"*", "501 5.7.0"},
                                    {"=", "501 5.5.2"},
                                    {"YW5u YW5u", "501 5.5.2"},
                                    {"YW5", "501 5.5.2"},
                                    {"YW5v=", "501 5.5.2"},
                                    {"**", "501 5.5.2"}}) {
    Talk talk{with({"AUTH"})};
    talk.say("EHLO client.test");
    talk.say("AUTH LOGIN", go_on);
    talk.challenge("");
    EXPECT_EQ(talk.respond(line), std::nullopt) << line;
    EXPECT_EQ(talk.refusal.substr(0, 9), reply) << line;
    EXPECT_EQ(talk.protocol.state(), State::greeted) << line;
    EXPECT_FALSE(talk.protocol.is_authenticated());
    EXPECT_EQ(talk.say("NOOP").substr(0, 3), "250");
  }
}

// RFC 4954 §4
TEST(Auth, TheInitialResponseIsDecoded) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  talk.say("AUTH plain AGFubgBzZWNyZXQ=", go_on);
  const auto& arguments = std::get<AuthArguments>(talk.protocol.command().arguments);
  EXPECT_EQ(arguments.mechanism, "PLAIN");
  EXPECT_EQ(arguments.initial, (std::string{"\0ann\0secret", 11}));
}

TEST(Auth, AnEqualsSignIsAnEmptyInitialResponse) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  talk.say("AUTH EXTERNAL =", go_on);
  EXPECT_EQ(std::get<AuthArguments>(talk.protocol.command().arguments).initial, "");
}

// RFC 4954 §4, §8
TEST(Auth, ABrokenCommandIsRefused) {
  for (const auto& [line, reply] : {std::pair{"AUTH", "501 5.5.4"},
                                    {"AUTH PLAIN *", "501 5.5.2"},
                                    {"AUTH PLAIN AGF", "501 5.5.2"},
                                    {"AUTH PLAIN AGFubg== x", "501 5.5.2"},
                                    {"AUTH PL\"AIN", "501 5.5.4"},
                                    {"AUTH ABCDEFGHIJKLMNOPQRSTU", "501 5.5.4"},
                                    {"AUTH  PLAIN", "501 5.5.4"},
                                    {"AUTH PLAIN  AGF", "501 5.5.2"}}) {
    Talk talk{with({"AUTH"})};
    talk.say("EHLO client.test");
    EXPECT_EQ(talk.say(line, go_on).substr(0, 9), reply) << line;
  }
}

// RFC 4954 §4: not twice, not in a transaction, not after HELO; RSET does not undo it.
TEST(Auth, ComesOnceAndOutsideOfATransaction) {
  Talk talk{with({"AUTH"})};
  EXPECT_EQ(talk.say("AUTH PLAIN", go_on).substr(0, 3), "503");
  talk.say("HELO client.test");
  EXPECT_EQ(talk.say("AUTH PLAIN", go_on), "503 5.5.1 send EHLO first");
  talk.say("EHLO client.test");
  talk.say("MAIL FROM:<>");
  EXPECT_EQ(talk.say("AUTH PLAIN", go_on).substr(0, 3), "503");
  talk.say("RSET");
  talk.say("AUTH PLAIN", go_on);
  talk.answer(welcome);
  talk.say("RSET");
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("AUTH PLAIN", go_on), "503 5.5.1 already authenticated");
}

TEST(Auth, AFailureLeavesTheClientWhereItWas) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  talk.say("AUTH PLAIN", go_on);
  EXPECT_EQ(talk.answer({535, "5.7.8 no"}), "535 5.7.8 no\r\n");
  EXPECT_FALSE(talk.protocol.is_authenticated());
  EXPECT_EQ(talk.protocol.error_count(), 1U);
  talk.say("AUTH PLAIN", go_on);
  EXPECT_EQ(talk.answer(welcome), "235 2.7.0 welcome\r\n");
}

// RFC 4954 §4: 12288 octets, with the CRLF.
TEST(Auth, LongLinesHaveALimit) {
  const std::string command = "AUTH PLAIN ";
  const std::size_t room = 12288 - 2 - command.size();
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  talk.say(command + std::string(room / 4 * 4, 'A'), go_on);
  ASSERT_EQ(talk.protocol.state(), State::exchange);
  talk.challenge("");
  EXPECT_EQ(talk.respond(std::string(12284, 'A')).value_or("").size(), 9213U);
  talk.challenge("");
  EXPECT_EQ(talk.respond(std::string(12288, 'A')), std::nullopt);
  EXPECT_EQ(talk.refusal, "500 5.5.6 line too long\r\n");
  EXPECT_EQ(talk.protocol.state(), State::greeted);
  EXPECT_EQ(talk.say(command + std::string(12288, 'A'), go_on), "500 5.5.6 line too long");
  // Other commands keep their own.
  EXPECT_EQ(talk.say("NOOP " + std::string(600, 'x')), "500 5.5.6 line too long");
}

TEST(Auth, AResponseEndsWithCrlf) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  talk.say("AUTH LOGIN", go_on);
  talk.challenge("");
  EXPECT_TRUE(std::holds_alternative<NeedMore>(talk.protocol.next("YW5u").incoming));
  EXPECT_TRUE(std::holds_alternative<NeedMore>(talk.protocol.next("YW5u\r").incoming));
  const Step step = talk.protocol.next("YW5u\n");
  ASSERT_TRUE(std::holds_alternative<Malformed>(step.incoming));
  EXPECT_TRUE(std::get<Malformed>(step.incoming).reply.closes());
}

// RFC 4954 §5
TEST(Auth, TheSubmitterStandsInXtext) {
  Talk talk{with({"AUTH"})};
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("MAIL FROM:<a@b.test> AUTH=e+3Dmc2@b.test").substr(0, 3), "250");
  ASSERT_TRUE(talk.protocol.envelope().mail.submitter);
  EXPECT_EQ(talk.protocol.envelope().mail.submitter->mailbox->text(), "e=mc2@b.test");
  talk.say("RSET");
  EXPECT_EQ(talk.say("MAIL FROM:<a@b.test> AUTH=<>").substr(0, 3), "250");
  EXPECT_FALSE(talk.protocol.envelope().mail.submitter->mailbox);
  talk.say("RSET");
  for (const std::string_view bad : {"AUTH", "AUTH=nobody", "AUTH=a+0D+0A@b.test", "AUTH=+4"}) {
    EXPECT_EQ(talk.say(std::string{"MAIL FROM:<a@b.test> "}.append(bad)).substr(0, 3), "501")
        << bad;
  }
}

TEST(Auth, WhereItIsNotOfferedItIsUnknown) {
  Talk talk{standard_dialect({})};
  talk.say("EHLO client.test");
  EXPECT_EQ(talk.say("MAIL FROM:<a@b.test> AUTH=<>").substr(0, 3), "555");
  static_cast<void>(talk.say("AUTH PLAIN", {500, "5.5.2 command not recognized"}));
  EXPECT_EQ(talk.protocol.state(), State::greeted);
}

}  // namespace
}  // namespace quoth::smtp
