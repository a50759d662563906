#include <quoth/smtp/dialect.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>
#include <quoth/smtp/server_protocol.hpp>

namespace quoth::smtp {
namespace {

TEST(Dialect, KnowsTheStandardVerbsInAnyCase) {
  const Dialect dialect = standard_dialect({});
  for (const std::string_view name :
       {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "HELP", "VRFY", "EXPN"}) {
    const Verb* const verb = dialect.find_verb(name);
    ASSERT_NE(verb, nullptr) << name;
    EXPECT_EQ(verb->name, name);
    EXPECT_TRUE(verb->syntax.starts_with(name)) << name;
  }
  EXPECT_EQ(dialect.verbs().size(), 12U);
  EXPECT_EQ(dialect.find_verb("mAiL"), dialect.find_verb("MAIL"));
  for (const std::string_view name : {"", "M", "MAI", "MAILS", "MAIL ", "STARTTLS"}) {
    EXPECT_EQ(dialect.find_verb(name), nullptr) << name;
  }
}

TEST(Dialect, EhloLines) {
  EXPECT_EQ(Dialect{Limits{}}.ehlo_lines(), "");
  Dialect dialect = standard_dialect({.message_bytes = 10});
  EXPECT_EQ(
      dialect.ehlo_lines(),
      "PIPELINING\nSIZE 10\n8BITMIME\nENHANCEDSTATUSCODES\nCHUNKING\nBINARYMIME\nSMTPUTF8\nLIMITS "
      "RCPTMAX=1000\nHELP\nVRFY");
  dialect.define(Extension{.keyword = "X-NEW"});
  dialect.define(Verb{.name = "XVERB", .syntax = "XVERB", .ehlo_line = "XVERB a b"});
  EXPECT_EQ(
      dialect.ehlo_lines(),
      "PIPELINING\nSIZE 10\n8BITMIME\nENHANCEDSTATUSCODES\nCHUNKING\nBINARYMIME\nSMTPUTF8\nLIMITS "
      "RCPTMAX=1000\nX-NEW\nHELP\nVRFY\nXVERB a b");
  // Replaced in its place.
  dialect.define(Extension{.keyword = "SIZE", .ehlo_value = [](const Limits&) { return "7"; }});
  EXPECT_TRUE(dialect.ehlo_lines().starts_with("PIPELINING\nSIZE 7\n8BITMIME\n"));
  dialect.undefine("SIZE");
  dialect.undefine("XVERB");
  EXPECT_EQ(dialect.ehlo_lines(),
            "PIPELINING\n8BITMIME\nENHANCEDSTATUSCODES\nCHUNKING\nBINARYMIME\nSMTPUTF8\nLIMITS "
            "RCPTMAX=1000\nX-NEW\nHELP\nVRFY");
}

TEST(Dialect, ReplacesVerbs) {
  Dialect dialect = standard_dialect({});
  dialect.define(Verb{.name = "NOOP", .syntax = "NOOP nothing", .argument = ArgumentRule::none});
  EXPECT_EQ(dialect.verbs().size(), 12U);
  EXPECT_EQ(dialect.find_verb("NOOP")->syntax, "NOOP nothing");
  EXPECT_EQ(dialect.find_verb("noop")->argument, ArgumentRule::none);
}

TEST(Dialect, Undefines) {
  Dialect dialect = standard_dialect({});
  dialect.undefine("VRFY");
  EXPECT_EQ(dialect.find_verb("VRFY"), nullptr);
  EXPECT_EQ(dialect.verbs().size(), 11U);
  dialect.undefine("8BITMIME");
  EXPECT_NE(dialect.find_parameter("MAIL", "BODY"), nullptr);  // BINARYMIME has it, too
  dialect.undefine("BINARYMIME");
  EXPECT_EQ(dialect.find_parameter("MAIL", "BODY"), nullptr);
  EXPECT_NE(dialect.find_parameter("MAIL", "SIZE"), nullptr);
  dialect.undefine("NOBODY");
  EXPECT_EQ(dialect.verbs().size(), 11U);
}

TEST(Dialect, FindsParameters) {
  const Dialect dialect = standard_dialect({});
  EXPECT_EQ(dialect.find_parameter("MAIL", "size")->keyword, "SIZE");
  EXPECT_EQ(dialect.find_parameter("RCPT", "SIZE"), nullptr);
  EXPECT_EQ(dialect.find_parameter("MAIL", "SIZ"), nullptr);
  EXPECT_EQ(dialect.find_parameter("DATA", "SIZE"), nullptr);
}

TEST(Dialect, NamesThatCannotBe) {
  Dialect dialect = standard_dialect({});
  for (const std::string name : {"", "noop", "Noop", "NO OP", "NO-OP", "NOOP\r\n", "N\xc3\x96"}) {
    EXPECT_THROW(dialect.define(Verb{.name = name, .syntax = name}), std::invalid_argument) << name;
  }
  for (const std::string name : {"", "x", "-X", "X Y", "X\n", "X=", "X_Y"}) {
    EXPECT_THROW(dialect.define(Extension{.keyword = name}), std::invalid_argument) << name;
    const Extension extension{.keyword = "X", .parameters = {{.verb = "MAIL", .keyword = name}}};
    EXPECT_THROW(dialect.define(extension), std::invalid_argument) << name;
  }
  for (const std::string verb : {"", "mail", "DATA", "AUTH"}) {
    const Extension extension{.keyword = "X", .parameters = {{.verb = verb, .keyword = "Y"}}};
    EXPECT_THROW(dialect.define(extension), std::invalid_argument) << verb;
  }
  EXPECT_EQ(dialect.verbs().size(), 12U);
  EXPECT_EQ(dialect.ehlo_lines(), standard_dialect({}).ehlo_lines());
}

TEST(Dialect, NamesThatCan) {
  Dialect dialect{Limits{}};
  EXPECT_NO_THROW(dialect.define(Verb{.name = "X", .syntax = "X"}));
  EXPECT_NO_THROW(dialect.define(Verb{.name = "4CHAN2", .syntax = "4CHAN2"}));
  EXPECT_NO_THROW(dialect.define(Extension{.keyword = "8BIT-X", .parameters = {}}));
  EXPECT_NE(dialect.find_verb("x"), nullptr);
}

TEST(Dialect, LineLimits) {
  Dialect dialect = standard_dialect({});
  EXPECT_EQ(dialect.line_limit("NOOP"), 512U);  // RFC 5321 §4.5.3.1.4
  EXPECT_EQ(dialect.line_limit("RCPT"), 512U);
  EXPECT_EQ(dialect.line_limit("MAIL"),
            565U);  // RFC 1870 §3: 26 more, RFC 6152 §2: 17, RFC 6531 §3.1: 10
  EXPECT_EQ(dialect.longest_line(), 565U);
  dialect.define(Extension{.keyword = "X-LONG",
                           .parameters = {{.verb = "RCPT", .keyword = "X", .line_octets = 500},
                                          {.verb = "MAIL", .keyword = "X", .line_octets = 1}}});
  EXPECT_EQ(dialect.line_limit("RCPT"), 1012U);
  EXPECT_EQ(dialect.line_limit("MAIL"), 566U);
  EXPECT_EQ(dialect.line_limit("NOOP"), 512U);
  EXPECT_EQ(dialect.longest_line(), 1012U);
  dialect.undefine("X-LONG");
  EXPECT_EQ(dialect.longest_line(), 565U);
}

TEST(Dialect, WithoutVerbsStillHasLines) {
  const Dialect dialect{Limits{}};
  EXPECT_EQ(dialect.longest_line(), 512U);
  ServerProtocol protocol{dialect};
  const Step step = protocol.next("NOOP\r\n");
  ASSERT_TRUE(std::holds_alternative<CommandCame>(step.incoming));
  EXPECT_EQ(protocol.command().definition, nullptr);
}

/// A protocol with the verb `verb` besides the standard ones, and the reply to one line, given that
/// handlers answer everything with 250.
class Speaker {
 public:
  explicit Speaker(const Dialect& dialect) : protocol_{dialect} {}

  std::string say(const std::string& line) {
    const std::string input = line + "\r\n";
    Step step = protocol_.next(input);
    std::string out;
    const auto* const malformed = std::get_if<Malformed>(&step.incoming);
    protocol_.answer(malformed != nullptr ? malformed->reply : Reply{250, "2.0.0 OK"}, out);
    return out.substr(0, out.size() - 2);
  }

  ServerProtocol& protocol() { return protocol_; }

 private:
  ServerProtocol protocol_;
};

TEST(DefinedVerb, HasItsRulesForArgumentsAndStates) {
  Dialect dialect = standard_dialect({});
  dialect.define(Verb{.name = "XNEED",
                      .syntax = "XNEED something",
                      .argument = ArgumentRule::required,
                      .allowed = {State::mail, State::rcpt}});
  dialect.define(Verb{.name = "XNONE", .syntax = "XNONE", .argument = ArgumentRule::none});
  Speaker speaker{dialect};
  EXPECT_EQ(speaker.say("XNEED a"), "503 5.5.1 send HELO or EHLO first");
  EXPECT_EQ(speaker.say("XNONE"), "250 2.0.0 OK");
  EXPECT_EQ(speaker.say("xnone a"), "501 5.5.4 syntax: XNONE");
  speaker.say("EHLO client.test");
  EXPECT_EQ(speaker.say("XNEED a"), "503 5.5.1 send MAIL first");
  speaker.say("MAIL FROM:<>");
  EXPECT_EQ(speaker.say("XNEED a"), "250 2.0.0 OK");
  EXPECT_EQ(speaker.say("XNEED"), "501 5.5.4 syntax: XNEED something");
}

TEST(DefinedVerb, HasItsGrammar) {
  Dialect dialect = standard_dialect({});
  dialect.define(Verb{.name = "XEVEN",
                      .syntax = "XEVEN text",
                      .grammar = [](std::string_view argument, const Dialect&) -> Parsed {
                        if (argument.size() % 2 == 0) return {};
                        return Reply{code::arg_syntax_error, "5.5.4 that is odd"};
                      }});
  Speaker speaker{dialect};
  EXPECT_EQ(speaker.say("XEVEN ab"), "250 2.0.0 OK");
  EXPECT_EQ(speaker.say("XEVEN abc"), "501 5.5.4 that is odd");
}

TEST(DefinedVerb, HasItsEffect) {
  Dialect dialect = standard_dialect({});
  dialect.define(Verb{.name = "LHLO", .syntax = "LHLO name", .effect = Effect::greet});
  dialect.define(Verb{.name = "XCLEAR", .syntax = "XCLEAR", .effect = Effect::reset});
  Speaker speaker{dialect};
  EXPECT_EQ(speaker.say("LHLO client.test"), "250 OK");  // RFC 2034 §4: no code where one greets
  EXPECT_EQ(speaker.protocol().helo(), "client.test");
  EXPECT_TRUE(speaker.protocol().is_extended());
  speaker.say("MAIL FROM:<>");
  EXPECT_EQ(speaker.protocol().state(), State::mail);
  speaker.say("XCLEAR");
  EXPECT_EQ(speaker.protocol().state(), State::greeted);
}

TEST(DefinedVerb, StandsForAStandardOne) {
  Dialect dialect = standard_dialect({});
  Verb data = *dialect.find_verb("DATA");
  data.allowed = {State::mail};
  dialect.define(data);
  dialect.undefine("VRFY");
  Speaker speaker{dialect};
  speaker.say("EHLO client.test");
  speaker.say("MAIL FROM:<>");
  EXPECT_EQ(speaker.say("DATA"), "250 2.0.0 OK");
  speaker.say("VRFY ann");
  EXPECT_EQ(speaker.protocol().command().definition, nullptr);
}

TEST(DefinedExtension, ItsParameterMakesTheLineLonger) {
  Dialect dialect = standard_dialect({});
  dialect.define(Extension{.keyword = "X-LONG",
                           .parameters = {{.verb = "RCPT", .keyword = "X", .line_octets = 100}}});
  Speaker speaker{dialect};
  speaker.say("EHLO client.test");
  speaker.say("MAIL FROM:<>");
  const std::string rcpt = "RCPT TO:<a@b> X=";
  EXPECT_EQ(speaker.say(rcpt + std::string(610 - rcpt.size(), 'x')), "250 2.0.0 OK");
  EXPECT_EQ(speaker.say(rcpt + std::string(611 - rcpt.size(), 'x')), "500 5.5.6 line too long");
  // Others have no more room for it.
  EXPECT_EQ(speaker.say("NOOP " + std::string(506, 'x')), "500 5.5.6 line too long");
}

TEST(KnownExtension, IsNothingUntilItIsOffered) {
  Dialect dialect = standard_dialect({});
  const std::string before = dialect.ehlo_lines();
  EXPECT_FALSE(dialect.offers("DSN"));
  EXPECT_EQ(dialect.find_parameter("MAIL", "RET"), nullptr);
  EXPECT_EQ(dialect.find_verb("ETRN"), nullptr);
  EXPECT_EQ(dialect.line_limit("RCPT"), 512U);

  dialect.offer("dsn");
  dialect.offer("Etrn");
  EXPECT_TRUE(dialect.offers("DSN"));
  EXPECT_TRUE(dialect.offers("dsn"));
  EXPECT_NE(dialect.find_parameter("MAIL", "RET"), nullptr);
  EXPECT_NE(dialect.find_verb("ETRN"), nullptr);
  EXPECT_NE(dialect.ehlo_lines().find("\nDSN\nETRN\n"), std::string::npos);
  EXPECT_EQ(dialect.line_limit("RCPT"), 512U + 29 + 507);
  EXPECT_EQ(dialect.longest_line(), 512U + 29 + 507);
  dialect.offer("DSN");  // again

  dialect.withdraw("dsn");
  dialect.withdraw("ETRN");
  dialect.withdraw("ETRN");
  EXPECT_EQ(dialect.ehlo_lines(), before);
  EXPECT_EQ(dialect.find_parameter("MAIL", "RET"), nullptr);
  EXPECT_EQ(dialect.find_verb("ETRN"), nullptr);
  EXPECT_EQ(dialect.line_limit("RCPT"), 512U);
  dialect.offer("DSN");
  EXPECT_TRUE(dialect.offers("DSN"));
}

TEST(KnownExtension, OfferingWhatNobodyKnows) {
  Dialect dialect = standard_dialect({});
  try {
    dialect.offer("X-NONE");
    FAIL();
  } catch (const std::invalid_argument& error) {
    const std::string_view text = error.what();
    EXPECT_TRUE(text.starts_with("no extension \"X-NONE\"; there are PIPELINING, ")) << text;
    EXPECT_NE(text.find(", DELIVERBY, "), std::string_view::npos) << text;
  }
  dialect.undefine("DSN");
  EXPECT_THROW(dialect.offer("DSN"), std::invalid_argument);
  dialect.know(Extension{.keyword = "X-LATER"});
  EXPECT_FALSE(dialect.offers("X-LATER"));
  dialect.offer("x-later");
  EXPECT_TRUE(dialect.offers("X-LATER"));
  // Knowing it anew puts it aside again.
  dialect.know(Extension{.keyword = "X-LATER"});
  EXPECT_FALSE(dialect.offers("X-LATER"));
  EXPECT_THROW(dialect.know(Extension{.keyword = "x"}), std::invalid_argument);
}

TEST(KnownExtension, DefiningItOffersIt) {
  Dialect dialect = standard_dialect({});
  dialect.define(Extension{.keyword = "DSN"});
  EXPECT_TRUE(dialect.offers("DSN"));
  EXPECT_EQ(dialect.find_parameter("MAIL", "RET"), nullptr);
  dialect.withdraw("DSN");
  dialect.offer("DSN");
  EXPECT_EQ(dialect.find_parameter("MAIL", "RET"), nullptr);
}

TEST(KnownExtension, BringsWhatItNeeds) {
  Dialect dialect = standard_dialect({});
  dialect.offer("BINARYMIME");
  EXPECT_TRUE(dialect.offers("CHUNKING"));
  dialect.withdraw("CHUNKING");
  EXPECT_FALSE(dialect.offers("CHUNKING"));
  EXPECT_FALSE(dialect.offers("BINARYMIME"));
  dialect.offer("BINARYMIME");
  dialect.undefine("CHUNKING");
  EXPECT_FALSE(dialect.offers("BINARYMIME"));
  EXPECT_THROW(dialect.offer("BINARYMIME"), std::invalid_argument);
  EXPECT_FALSE(dialect.offers("BINARYMIME"));
  EXPECT_THROW(dialect.define(Extension{.keyword = "X", .needs = "X-NONE"}), std::invalid_argument);
  EXPECT_FALSE(dialect.offers("X"));
}

TEST(DefinedExtension, HasItsVerbs) {
  Dialect dialect = standard_dialect({});
  dialect.define(Extension{.keyword = "X-TURN", .verbs = {{.name = "XTURN", .syntax = "XTURN"}}});
  EXPECT_NE(dialect.find_verb("XTURN"), nullptr);
  dialect.undefine("X-TURN");
  EXPECT_EQ(dialect.find_verb("XTURN"), nullptr);
  const Extension bad{.keyword = "X-BAD", .verbs = {{.name = "x", .syntax = "x"}}};
  EXPECT_THROW(dialect.define(bad), std::invalid_argument);
  EXPECT_FALSE(dialect.offers("X-BAD"));
}

TEST(DefinedExtension, TheLaterParameterCounts) {
  Dialect dialect = standard_dialect({});
  dialect.define(
      Extension{.keyword = "X-SIZE",
                .parameters = {{.verb = "MAIL", .keyword = "SIZE", .value = ValueRule::none}}});
  EXPECT_EQ(dialect.find_parameter("MAIL", "SIZE")->value, ValueRule::none);
  dialect.undefine("X-SIZE");
  EXPECT_EQ(dialect.find_parameter("MAIL", "SIZE")->value, ValueRule::required);
}

}  // namespace
}  // namespace quoth::smtp
