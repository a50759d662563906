#include "smtp/grammar.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>

namespace quoth::smtp {
namespace {

/// "code enhanced text" of the reply; "" if the argument is right.
std::string complaint(const Parsed& parsed) {
  const auto* const reply = std::get_if<Reply>(&parsed);
  return reply == nullptr ? std::string{} : reply->summary();
}

std::string code_of(const Parsed& parsed) {
  const std::string text = complaint(parsed);
  return text.substr(0, text.find(' ', 4));
}

struct GoodMail {
  std::string_view argument;
  std::string_view sender;
  std::optional<std::uint64_t> size = std::nullopt;
  Body body = Body::seven_bit;
};

constexpr auto good_mails = std::to_array<GoodMail>({
    {"FROM:<>", "<>"},
    {"FROM:<ann@client.test>", "<ann@client.test>"},
    {"from:<ann@client.test>", "<ann@client.test>"},
    {"FrOm:<Ann@Client.TEST>", "<Ann@Client.TEST>"},
    {"FROM:<@x.test:ann@client.test>", "<ann@client.test>"},
    {R"(FROM:<"a b"@client.test> SIZE=1)", R"(<"a b"@client.test>)", 1},
    {R"(FROM:<"> SIZE=9"@client.test> SIZE=1)", R"(<"> SIZE=9"@client.test>)", 1},
    {"FROM:<> SIZE=0", "<>", 0},
    {"FROM:<> SIZE=1000", "<>", 1000},
    {"FROM:<> SIZE=00000000000000001000", "<>", 1000},
    {"FROM:<> BODY=7BIT", "<>"},
    {"FROM:<> BODY=8BITMIME", "<>", std::nullopt, Body::eight_bit_mime},
    {"FROM:<> body=8bitMime size=7", "<>", 7, Body::eight_bit_mime},
    {"FROM:<> SIZE=7 BODY=8BITMIME", "<>", 7, Body::eight_bit_mime},
});

TEST(MailGrammar, Good) {
  const Dialect dialect = standard_dialect({.message_bytes = 1000});
  for (const GoodMail& good : good_mails) {
    const Parsed parsed = mail_grammar(good.argument, dialect);
    ASSERT_EQ(complaint(parsed), "") << good.argument;
    const auto& mail = std::get<MailArguments>(std::get<Arguments>(parsed));
    EXPECT_EQ(to_path(mail.sender), good.sender) << good.argument;
    EXPECT_EQ(mail.size, good.size) << good.argument;
    EXPECT_EQ(mail.body, good.body) << good.argument;
  }
}

struct Bad {
  std::string_view argument;
  std::string_view code;
};

constexpr auto bad_mails = std::to_array<Bad>({
    {"", "501 5.5.4"},
    {"FROM", "501 5.5.4"},
    {"FROM <>", "501 5.5.4"},
    {"FROM: <>", "501 5.1.7"},
    {"TO:<>", "501 5.5.4"},
    {"FROM:", "501 5.1.7"},
    {"FROM:<", "501 5.1.7"},
    {"FROM:<ann>", "501 5.1.7"},
    {"FROM:ann@client.test", "501 5.1.7"},
    {"FROM:<ann@client.test", "501 5.1.7"},
    {"FROM:<ann@@client.test>", "501 5.1.7"},
    {"FROM:<jos\xc3\xa9@client.test>", "553 5.6.7"},
    {"FROM:<>SIZE=1", "501 5.5.4"},
    {"FROM:<>> SIZE=1", "501 5.5.4"},
    {"FROM:<>  SIZE=1", "501 5.5.4"},
    {"FROM:<>\tSIZE=1", "501 5.5.4"},
    {"FROM:<> ", "501 5.5.4"},  // The protocol cuts white space at the end off before.
    {"FROM:<> SIZE", "501 5.5.4"},
    {"FROM:<> SIZE=", "501 5.5.4"},
    {"FROM:<> SIZE=1 ", "501 5.5.4"},
    {"FROM:<> SIZE=-1", "501 5.5.4"},
    {"FROM:<> SIZE=1x", "501 5.5.4"},
    {"FROM:<> SIZE=000000000000000000001", "501 5.5.4"},  // 21 digits: RFC 1870 §3
    {"FROM:<> SIZE=100000000000000000000", "501 5.5.4"},
    {"FROM:<> SIZE=1001", "552 5.3.4"},
    {"FROM:<> SIZE=18446744073709551616", "552 5.3.4"},
    {"FROM:<> SIZE=99999999999999999999", "552 5.3.4"},
    {"FROM:<> SIZE=1 SIZE=1", "501 5.5.4"},
    {"FROM:<> SIZE=1 BODY=7BIT size=1", "501 5.5.4"},
    {"FROM:<> BODY", "501 5.5.4"},
    {"FROM:<> BODY=9BIT", "501 5.5.4"},
    {"FROM:<> BODY=BINARY", "501 5.5.4"},
    {"FROM:<> X", "555 5.5.4"},
    {"FROM:<> X=1", "555 5.5.4"},
    {"FROM:<> 1-2=1", "555 5.5.4"},
    {"FROM:<> SIZE=1 X", "555 5.5.4"},
    {"FROM:<> =1", "501 5.5.4"},
    {"FROM:<> -X=1", "501 5.5.4"},
    {"FROM:<> X_Y=1", "501 5.5.4"},
    {"FROM:<> X=a=b", "501 5.5.4"},
    {"FROM:<> X=\x7f", "501 5.5.4"},
    {"FROM:<> X=\xc3\xa9", "501 5.5.4"},
});

TEST(MailGrammar, Bad) {
  const Dialect dialect = standard_dialect({.message_bytes = 1000});
  for (const Bad& bad : bad_mails) {
    EXPECT_EQ(code_of(mail_grammar(bad.argument, dialect)), bad.code) << bad.argument;
  }
}

TEST(RcptGrammar, Good) {
  const Dialect dialect = standard_dialect({});
  for (const std::string_view argument :
       {"TO:<user@local.test>", "to:<user@local.test>", "To:<@x.test,@y.test:user@local.test>"}) {
    const Parsed parsed = rcpt_grammar(argument, dialect);
    ASSERT_EQ(complaint(parsed), "") << argument;
    const auto& rcpt = std::get<RcptArguments>(std::get<Arguments>(parsed));
    EXPECT_EQ(rcpt.recipient.text(), "user@local.test");
    EXPECT_TRUE(rcpt.parameters.empty());
  }
  const Parsed parsed = rcpt_grammar("TO:<POSTmaster>", dialect);
  ASSERT_EQ(complaint(parsed), "");
  const auto& rcpt = std::get<RcptArguments>(std::get<Arguments>(parsed));
  EXPECT_TRUE(rcpt.recipient.is_bare_postmaster());
}

constexpr auto bad_rcpts = std::to_array<Bad>({
    {"", "501 5.5.4"},
    {"TO", "501 5.5.4"},
    {"FROM:<user@local.test>", "501 5.5.4"},
    {"TO :<user@local.test>", "501 5.5.4"},
    {"TO:", "501 5.1.3"},
    {"TO:<>", "501 5.1.3"},
    {"TO:<user>", "501 5.1.3"},
    {"TO: <user@local.test>", "501 5.1.3"},
    {"TO:<user@local.test", "501 5.1.3"},
    {"TO:<user@caf\xc3.test>", "501 5.1.3"},
    {"TO:<user@caf\xe2\x80\x8b.test>", "501 5.1.3"},
    {"TO:<user@local.test> SIZE=1", "555 5.5.4"},
    {"TO:<user@local.test> NOTIFY=NEVER", "555 5.5.4"},
    {"TO:<user@local.test>NOTIFY=NEVER", "501 5.5.4"},
});

TEST(RcptGrammar, Bad) {
  const Dialect dialect = standard_dialect({});
  for (const Bad& bad : bad_rcpts) {
    EXPECT_EQ(code_of(rcpt_grammar(bad.argument, dialect)), bad.code) << bad.argument;
  }
}

/// An extension with a parameter of each kind.
Dialect with_parameters() {
  Dialect dialect = standard_dialect({});
  const auto refuse = [](std::string_view value, Arguments&, const Limits&) {
    return value == "no" ? std::optional<Reply>{Reply{550, "5.7.1 not that"}} : std::nullopt;
  };
  dialect.define(Extension{
      .keyword = "X-ALL",
      .parameters = {{.verb = "MAIL", .keyword = "NEVER", .value = ValueRule::none},
                     {.verb = "MAIL", .keyword = "MAYBE", .value = ValueRule::optional},
                     {.verb = "MAIL", .keyword = "X-ALWAYS", .read = refuse},
                     {.verb = "RCPT", .keyword = "ONLY-RCPT", .value = ValueRule::optional}}});
  return dialect;
}

TEST(Parameters, WhetherAValueStandsThere) {
  const Dialect dialect = with_parameters();
  const auto mail = [&](std::string_view parameters) {
    return complaint(mail_grammar("FROM:<> " + std::string{parameters}, dialect));
  };
  EXPECT_EQ(mail("NEVER"), "");
  EXPECT_EQ(mail("NEVER=1"), "501 5.5.4 NEVER takes no value");
  EXPECT_EQ(mail("MAYBE"), "");
  EXPECT_EQ(mail("MAYBE=1"), "");
  EXPECT_EQ(mail("X-ALWAYS"), "501 5.5.4 X-ALWAYS wants a value");
  EXPECT_EQ(mail("X-ALWAYS=1"), "");
  EXPECT_EQ(mail("X-ALWAYS=no"), "550 5.7.1 not that");
  EXPECT_EQ(mail("ONLY-RCPT"), "555 5.5.4 unknown parameter ONLY-RCPT");
  EXPECT_EQ(complaint(rcpt_grammar("TO:<a@b> only-rcpt", dialect)), "");
  EXPECT_EQ(complaint(rcpt_grammar("TO:<a@b> MAYBE", dialect)),
            "555 5.5.4 unknown parameter MAYBE");
}

TEST(Parameters, AreKeptAsTheyCame) {
  const Dialect dialect = with_parameters();
  const Parsed parsed =
      mail_grammar("FROM:<> maybe x-always=!#<>~ SIZE=9 never BODY=7bit", dialect);
  ASSERT_EQ(complaint(parsed), "");
  const auto& parameters = std::get<MailArguments>(std::get<Arguments>(parsed)).parameters;
  ASSERT_EQ(parameters.size(), 5U);
  EXPECT_EQ(parameters[0].keyword, "MAYBE");
  EXPECT_EQ(parameters[0].value, std::nullopt);
  EXPECT_EQ(parameters[1].keyword, "X-ALWAYS");
  EXPECT_EQ(parameters[1].value, "!#<>~");
  EXPECT_EQ(parameters[2].keyword, "SIZE");
  EXPECT_EQ(parameters[2].value, "9");
  EXPECT_EQ(parameters[3].keyword, "NEVER");
  EXPECT_EQ(parameters[4].value, "7bit");
}

TEST(Parameters, EachOctetOfAValue) {
  const Dialect dialect = with_parameters();
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    // RFC 5321 §4.1.2: esmtp-value. A space begins the next parameter, which X is none of.
    const bool is_good = octet > 0x20 && octet < 0x7f && c != '=';
    const Parsed parsed = mail_grammar(std::string{"FROM:<> MAYBE=a"} + c + "x", dialect);
    EXPECT_EQ(complaint(parsed).empty(), is_good) << octet;
  }
}

}  // namespace
}  // namespace quoth::smtp
