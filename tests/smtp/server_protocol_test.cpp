#include <quoth/smtp/server_protocol.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>

namespace quoth::smtp {
namespace {

/// What a positive reply to a verb is.
Reply usual(std::string_view verb) {
  if (verb == "DATA") return {code::start_mail_input, "go ahead"};
  if (verb == "QUIT") return {code::quit, "2.0.0 bye"};
  return {code::ok, "2.0.0 OK"};
}

/// A protocol whose handlers are here.
class Talk {
 public:
  explicit Talk(Limits limits = {}) : dialect_{standard_dialect(limits)} {}
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  /// Says a line; what is wrong with it gets the protocol's reply, and what is right `decided`.
  std::string say(std::string line, const Reply& decided) {
    line_ = std::move(line) + "\r\n";
    const Step step = protocol_.next(line_);
    EXPECT_EQ(step.consumed, line_.size());
    const auto* const malformed = std::get_if<Malformed>(&step.incoming);
    return answer(malformed != nullptr ? malformed->reply : decided);
  }
  std::string say(const std::string& line) {
    return say(line, usual(std::string_view{line}.substr(0, 4)));
  }

  std::string answer(const Reply& reply) {
    std::string out;
    protocol_.answer(reply, out);
    EXPECT_TRUE(out.ends_with("\r\n"));
    return out.substr(0, out.size() - 2);
  }

  /// Brings a fresh conversation into `state`.
  void go_to(State state) {
    if (state == State::connected) return;
    say("EHLO client.test");
    if (state == State::greeted) return;
    say("MAIL FROM:<ann@client.test>");
    if (state == State::mail) return;
    say("RCPT TO:<user@local.test>");
    if (state == State::rcpt) return;
    say("DATA");
  }

  ServerProtocol* operator->() { return &protocol_; }
  ServerProtocol& protocol() { return protocol_; }

 private:
  Dialect dialect_;
  ServerProtocol protocol_{dialect_};
  std::string line_;
};

constexpr std::array all_states{State::connected, State::greeted, State::mail, State::rcpt};

struct Row {
  std::string_view line;
  State connected, greeted, mail, rcpt;  // Where the verb leads from each of them.
};
constexpr State no = State::finished;  // Nowhere: 503.

constexpr auto table = std::to_array<Row>({
    {"HELO client.test", State::greeted, State::greeted, State::greeted, State::greeted},
    {"EHLO client.test", State::greeted, State::greeted, State::greeted, State::greeted},
    {"MAIL FROM:<>", no, State::mail, no, no},
    {"RCPT TO:<user@local.test>", no, no, State::rcpt, State::rcpt},
    {"DATA", no, no, no, State::body},
    {"RSET", State::connected, State::greeted, State::greeted, State::greeted},
    {"NOOP", State::connected, State::greeted, State::mail, State::rcpt},
    {"HELP", State::connected, State::greeted, State::mail, State::rcpt},
    {"VRFY ann", State::connected, State::greeted, State::mail, State::rcpt},
    {"EXPN list", State::connected, State::greeted, State::mail, State::rcpt},
    {"XUNKNOWN", State::connected, State::greeted, State::mail, State::rcpt},
});

State target(const Row& row, State from) {
  switch (from) {
    case State::connected: return row.connected;
    case State::greeted: return row.greeted;
    case State::mail: return row.mail;
    default: return row.rcpt;
  }
}

// RFC 5321 §4.1.4
TEST(StateTable, EveryVerbInEveryState) {
  for (const Row& row : table) {
    for (const State from : all_states) {
      Talk talk;
      talk.go_to(from);
      const std::string reply = talk.say(std::string{row.line});
      const State wanted = target(row, from);
      EXPECT_EQ(reply.substr(0, 3) == "503", wanted == no) << row.line << ": " << reply;
      EXPECT_EQ(talk->state(), wanted == no ? from : wanted) << row.line;
    }
  }
}

TEST(StateTable, QuitInEveryState) {
  for (const State from : all_states) {
    Talk talk;
    talk.go_to(from);
    EXPECT_EQ(talk.say("QUIT"), "221 2.0.0 bye");
    EXPECT_EQ(talk->state(), State::finished);
    EXPECT_FALSE(talk->in_transaction());
    EXPECT_TRUE(talk->envelope().recipients.empty());
    EXPECT_FALSE(talk->envelope().mail.sender);
  }
}

TEST(StateTable, AVerbThatFailsMovesNothing) {
  for (const Row& row : table) {
    for (const unsigned code : {400U, 450U, 500U, 550U, 599U}) {
      for (const State from : all_states) {
        Talk talk;
        talk.go_to(from);
        talk.say(std::string{row.line}, Reply{code, "no"});
        EXPECT_EQ(talk->state(), from) << row.line << ' ' << code;
      }
    }
  }
}

TEST(StateTable, AVerbThatHangsUpEndsIt) {
  for (const Row& row : table) {
    for (const State from : all_states) {
      if (target(row, from) == no) continue;
      for (const Reply& reply : {Reply{421, "bye"}, Reply{221, "bye"},
                                 Reply{250, "OK"}.then_close(), Reply{550, "no"}.then_close()}) {
        Talk talk;
        talk.go_to(from);
        talk.say(std::string{row.line}, reply);
        EXPECT_EQ(talk->state(), State::finished) << row.line;
        EXPECT_TRUE(talk->envelope().recipients.empty());
      }
    }
  }
}

TEST(Effects, FollowTheCodeWhoeverGaveIt) {
  for (const unsigned code : {200U, 250U, 251U, 252U, 299U}) {
    Talk talk;
    talk.say("HELO client.test", Reply{code, "x"});
    EXPECT_EQ(talk->state(), State::greeted) << code;
    talk.say("MAIL FROM:<ann@client.test>", Reply{code, "x"});
    EXPECT_EQ(talk->state(), State::mail) << code;
    talk.say("RCPT TO:<user@local.test>", Reply{code, "x"});
    EXPECT_EQ(talk->state(), State::rcpt) << code;
    talk.say("DATA", Reply{code, "x"});  // Text follows a 354 alone.
    EXPECT_EQ(talk->state(), State::rcpt) << code;
    talk.say("RSET", Reply{code, "x"});
    EXPECT_EQ(talk->state(), State::greeted) << code;
  }
}

TEST(Effects, A354DoesNothingButForData) {
  for (const Row& row : table) {
    for (const State from : all_states) {
      if (target(row, from) == no) continue;
      Talk talk;
      talk.go_to(from);
      talk.say(std::string{row.line}, Reply{354, "go ahead"});
      EXPECT_EQ(talk->state(), row.line == "DATA" ? State::body : from) << row.line;
    }
  }
}

TEST(Effects, HelloForgetsTheTransaction) {
  for (const std::string hello : {"HELO other.test", "EHLO other.test"}) {
    Talk talk;
    talk.go_to(State::rcpt);
    talk.say(hello);
    EXPECT_FALSE(talk->in_transaction());
    EXPECT_FALSE(talk->envelope().mail.sender);
    EXPECT_TRUE(talk->envelope().recipients.empty());
    EXPECT_EQ(talk->helo(), "other.test");
    EXPECT_EQ(talk->is_extended(), hello.starts_with('E'));
  }
}

TEST(Effects, AFailedHelloKeepsTheOld) {
  Talk talk;
  talk.go_to(State::rcpt);
  talk.say("HELO other.test", Reply{550, "5.7.1 no"});
  EXPECT_EQ(talk->helo(), "client.test");
  EXPECT_TRUE(talk->is_extended());
  EXPECT_EQ(talk->envelope().recipients.size(), 1U);
}

TEST(Envelope, HoldsWhatWasAccepted) {
  Talk talk;
  talk.say("EHLO client.test");
  talk.say("MAIL FROM:<no@client.test>", Reply{550, "no"});
  EXPECT_FALSE(talk->envelope().mail.sender);
  talk.say("MAIL FROM:<ann@client.test> SIZE=7 BODY=8BITMIME");
  talk.say("RCPT TO:<one@local.test>");
  talk.say("RCPT TO:<two@local.test>", Reply{550, "no"});
  talk.say("RCPT TO:<three@local.test>", Reply{251, "will forward"});
  const Envelope& envelope = talk->envelope();
  EXPECT_EQ(envelope.mail.sender->text(), "ann@client.test");
  EXPECT_EQ(envelope.mail.size, 7U);
  EXPECT_EQ(envelope.mail.body, Body::eight_bit_mime);
  EXPECT_EQ(envelope.mail.parameters.size(), 2U);
  ASSERT_EQ(envelope.recipients.size(), 2U);
  EXPECT_EQ(envelope.recipients[0].recipient.text(), "one@local.test");
  EXPECT_EQ(envelope.recipients[1].recipient.text(), "three@local.test");
}

TEST(Envelope, HandlersMayChangeArguments) {
  Talk talk;
  talk.go_to(State::mail);
  const std::string line = "RCPT TO:<Postmaster>\r\n";
  const Step step = talk->next(line);
  ASSERT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  auto& rcpt = std::get<RcptArguments>(talk->command().arguments);
  rcpt.recipient = rcpt.recipient.at("local.test");
  talk.answer({250, "2.1.5 OK"});
  ASSERT_EQ(talk->envelope().recipients.size(), 1U);
  EXPECT_EQ(talk->envelope().recipients[0].recipient.text(), "postmaster@local.test");
}

TEST(Envelope, StaysUntilTheMessageIsAnswered) {
  Talk talk;
  talk.go_to(State::body);
  const Step step = talk->next(".\r\n");
  ASSERT_TRUE(std::holds_alternative<BodyEnd>(step.incoming));
  EXPECT_EQ(talk->envelope().recipients.size(), 1U);
  EXPECT_TRUE(talk->in_transaction());
  talk.answer({451, "later"});
  EXPECT_TRUE(talk->envelope().recipients.empty());
  EXPECT_EQ(talk->state(), State::greeted);
}

TEST(Command, IsAsTheClientWroteIt) {
  Talk talk;
  const std::string_view line = "nOoP  two  words \t \r\n";
  const std::string input = std::string{line} + "NOOP\r\n";
  const Step step = talk->next(input);
  ASSERT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  EXPECT_EQ(step.consumed, line.size());
  EXPECT_EQ(talk->command().verb, "nOoP");
  EXPECT_EQ(talk->command().argument, " two  words");
  EXPECT_EQ(talk->command().definition->name, "NOOP");
}

TEST(Command, UnknownVerbsComeWithoutADefinition) {
  Talk talk;
  const std::string line = "xyzzy plugh\r\n";
  const Step step = talk->next(line);
  ASSERT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  EXPECT_EQ(talk->command().definition, nullptr);
  EXPECT_EQ(talk->command().verb, "xyzzy");
  EXPECT_EQ(talk->command().argument, "plugh");
  talk.answer({250, "2.0.0 fine"});
  EXPECT_EQ(talk->state(), State::connected);
}

TEST(Next, NeedsMoreUntilTheLineEnds) {
  const std::string line = "NOOP\r\n";
  Talk talk;
  for (std::size_t size = 0; size < line.size(); ++size) {
    const Step step = talk->next(std::string_view{line}.substr(0, size));
    EXPECT_TRUE(std::holds_alternative<NeedMore>(step.incoming));
    EXPECT_EQ(step.consumed, 0U);
  }
  EXPECT_TRUE(std::holds_alternative<CommandCame>(talk->next(line).incoming));
}

// Once the end of the text was in the buffer, and the protocol asked for more: both sides waited.
TEST(Next, NeedsMoreTextOnlyWhenItHasReadAllThereIs) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"..\r\n"sv, "."sv, ".\r"sv, "a\r"sv, "..\r\n.."sv, "\0\n..\r\n..\r\na"sv}) {
    Talk talk;
    talk.go_to(State::body);
    std::string_view rest = text;
    for (bool more = true; more;) {
      const Step step = talk->next(rest);
      rest.remove_prefix(step.consumed);
      more = !std::holds_alternative<NeedMore>(step.incoming);
    }
    EXPECT_TRUE(rest.empty()) << text;
  }
}

TEST(Next, KeepsNothingOfALineThatIsTooLong) {
  Talk talk;
  const std::string piece(1000, 'x');
  for (int i = 0; i < 60; ++i) {
    const Step step = talk->next(piece);
    EXPECT_TRUE(std::holds_alternative<NeedMore>(step.incoming));
    EXPECT_EQ(step.consumed, piece.size());
  }
  const Step step = talk->next("x\r\nNOOP\r\n");
  EXPECT_TRUE(std::holds_alternative<Malformed>(step.incoming));
  EXPECT_EQ(step.consumed, 3U);
}

TEST(Next, GivesTextInPieces) {
  Talk talk;
  talk.go_to(State::body);
  const std::string_view input = "one\r\n..two\r\n.\r\nQUIT\r\n";
  std::string_view rest = input;
  std::string text;
  for (bool ended = false; !ended;) {
    const Step step = talk->next(rest);
    rest.remove_prefix(step.consumed);
    const auto* const chunk = std::get_if<BodyChunk>(&step.incoming);
    if (chunk != nullptr) text += chunk->octets;
    ended = std::holds_alternative<BodyEnd>(step.incoming);
  }
  EXPECT_EQ(text, "one\r\n.two\r\n");
  EXPECT_EQ(talk->body_octets(), text.size());
  EXPECT_EQ(rest, "QUIT\r\n");
}

TEST(Next, NoTextOfWhatIsRefusedAlready) {
  Talk talk{{.message_bytes = 5}};
  talk.go_to(State::body);
  EXPECT_TRUE(std::holds_alternative<NeedMore>(talk->next("123456").incoming));
  EXPECT_TRUE(std::holds_alternative<NeedMore>(talk->next("7").incoming));
  const Step step = talk->next("\r\n.\r\n");
  ASSERT_TRUE(std::holds_alternative<BodyEnd>(step.incoming));
  EXPECT_EQ(std::get<BodyEnd>(step.incoming).refusal->code(), 552U);
}

TEST(Counts, CommandsAndErrors) {
  Talk talk;
  talk.say("NOOP");
  talk.say("EHLO client.test");
  EXPECT_EQ(talk->command_count(), 2U);
  EXPECT_EQ(talk->error_count(), 0U);
  talk.say("DATA");                       // out of order
  talk.say("");                           // no command
  talk.say(std::string(600, 'x'));        // too long
  talk.say("XYZZY", Reply{500, "no"});    // unknown
  talk.say("NOOP", Reply{451, "later"});  // not counted: transient
  EXPECT_EQ(talk->command_count(), 7U);
  EXPECT_EQ(talk->error_count(), 4U);
  talk.say("MAIL FROM:<>");
  talk.say("RCPT TO:<user@local.test>", Reply{550, "no"});  // a refused recipient is no error
  EXPECT_EQ(talk->error_count(), 4U);
  talk.say("RCPT TO:<user@local.test> X=1");  // but a mistake is one
  EXPECT_EQ(talk->error_count(), 5U);
}

TEST(Counts, AnErrorBehindARefusedRecipientIsAnError) {
  Talk talk;
  talk.go_to(State::mail);
  talk.say("RCPT TO:<user@local.test>", Reply{550, "no"});
  talk.say(std::string(600, 'x'));
  EXPECT_EQ(talk->error_count(), 1U);
}

TEST(Counts, TheLastErrorIsToldInsteadOfTheReply) {
  Talk talk{{.errors = 2}};
  EXPECT_EQ(talk.say("NOOP", Reply{550, "no"}), "550 5.0.0 no");
  EXPECT_EQ(talk.say("NOOP", Reply{550, "no"}), "421 4.7.0 too many errors, closing connection");
  EXPECT_EQ(talk->state(), State::finished);
}

TEST(Greet, PositiveOrTheEnd) {
  for (const auto& [reply, wire, state] :
       {std::tuple{Reply{220, "x ESMTP"}, "220 x ESMTP\r\n", State::connected},
        std::tuple{Reply{220, "2.0.0 x"}, "220 x\r\n", State::connected},
        std::tuple{Reply{220, "x"}.then_close(), "220 x\r\n", State::finished},
        std::tuple{Reply{421, "4.3.2 busy"}, "421 busy\r\n", State::finished},
        std::tuple{Reply{554, "5.7.1 no"}.then_close(), "554 no\r\n", State::finished},
        std::tuple{Reply{554, "5.7.1 no"}, "554 no\r\n", State::refused}}) {
    Talk talk;
    std::string out;
    talk->greet(reply, out);
    EXPECT_EQ(out, wire);
    EXPECT_EQ(talk->state(), state) << wire;
  }
}

TEST(Greet, ARefusalLeavesQuitAlone) {
  Talk talk;
  std::string out;
  talk->greet({554, "no"}, out);
  for (const char* line : {"EHLO x", "NOOP", "RSET", "HELP", "VRFY x", "MAIL FROM:<>", "XYZ"}) {
    EXPECT_TRUE(talk.say(line).starts_with("503 ")) << line;
    EXPECT_EQ(talk->state(), State::refused);
  }
  EXPECT_EQ(talk.say("QUIT", Reply{221, "bye"}), "221 2.0.0 bye");
}

TEST(HangUp, InEveryState) {
  for (const State state :
       {State::connected, State::greeted, State::mail, State::rcpt, State::body}) {
    Talk talk;
    talk.go_to(state);
    std::string out;
    talk->hang_up({421, "4.3.2 the server stops"}, out);
    EXPECT_EQ(out, "421 4.3.2 the server stops\r\n");
    EXPECT_EQ(talk->state(), State::finished);
    EXPECT_FALSE(talk->in_transaction());
    EXPECT_TRUE(talk->envelope().recipients.empty());
  }
}

TEST(HangUp, WhileAnAnswerIsDue) {
  Talk talk;
  const Step step = talk->next("NOOP\r\n");
  ASSERT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  std::string out;
  talk->hang_up({421, "4.4.2 timeout"}, out);
  EXPECT_EQ(out, "421 4.4.2 timeout\r\n");
  EXPECT_EQ(talk->state(), State::finished);
}

TEST(HangUp, InTheMiddleOfALine) {
  Talk talk;
  const std::string_view input = "NOOP and half";
  EXPECT_TRUE(std::holds_alternative<NeedMore>(talk->next(input).incoming));
  std::string out;
  talk->hang_up({421, "4.4.2 timeout"}, out);
  EXPECT_EQ(talk->state(), State::finished);
}

}  // namespace
}  // namespace quoth::smtp
