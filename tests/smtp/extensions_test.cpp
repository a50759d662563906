// What the parameters of extensions become: the fields that handlers see. What is refused, and with
// which words, is in tests/transcripts.
#include <quoth/smtp/extensions.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/envelope.hpp>

#include "smtp/grammar.hpp"

namespace quoth::smtp {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

Dialect with_all(Limits limits = {}) {
  Dialect dialect = standard_dialect(limits);
  for (const std::string& keyword : dialect.known_extensions()) dialect.offer(keyword);
  return dialect;
}

std::string complaint(const Parsed& parsed) {
  const auto* const reply = std::get_if<Reply>(&parsed);
  return reply == nullptr ? std::string{} : reply->summary().substr(0, 9);
}

MailArguments mail(std::string_view parameters, const Dialect& dialect = with_all()) {
  const Parsed parsed = mail_grammar("FROM:<ann@client.test> " + std::string{parameters}, dialect);
  EXPECT_EQ(complaint(parsed), "") << parameters;
  return std::get<MailArguments>(std::get<Arguments>(parsed));
}

RcptArguments rcpt(std::string_view parameters) {
  const Dialect dialect = with_all();
  const Parsed parsed = rcpt_grammar("TO:<user@local.test> " + std::string{parameters}, dialect);
  EXPECT_EQ(complaint(parsed), "") << parameters;
  return std::get<RcptArguments>(std::get<Arguments>(parsed));
}

std::string bad_mail(std::string_view parameters, const Dialect& dialect = with_all()) {
  return complaint(mail_grammar("FROM:<ann@client.test> " + std::string{parameters}, dialect));
}

std::string bad_rcpt(std::string_view parameters) {
  return complaint(rcpt_grammar("TO:<user@local.test> " + std::string{parameters}, with_all()));
}

TEST(MailFields, AreEmptyWithoutParameters) {
  const MailArguments none = mail("SIZE=1");
  EXPECT_FALSE(none.smtputf8);
  EXPECT_FALSE(none.require_tls);
  EXPECT_FALSE(none.priority);
  EXPECT_FALSE(none.returned);
  EXPECT_FALSE(none.envelope_id);
  EXPECT_FALSE(none.deliver_by);
  EXPECT_FALSE(none.hold);
  EXPECT_LE(sizeof(MailArguments), sizeof(mail::ReversePath) + 80);
  EXPECT_LE(sizeof(RcptArguments), sizeof(mail::Mailbox) + 48);
}

TEST(MailFields, OneLineWithAllOfThem) {
  const MailArguments all = mail(
      "SIZE=7 BODY=BINARYMIME SMTPUTF8 RET=HDRS ENVID=a+20b BY=60;NT MT-PRIORITY=-3 HOLDFOR=10 "
      "REQUIRETLS");
  EXPECT_EQ(all.size, 7U);
  EXPECT_EQ(all.body, Body::binary_mime);
  EXPECT_TRUE(all.smtputf8);
  EXPECT_TRUE(all.require_tls);
  EXPECT_EQ(all.returned, Returned::headers);
  EXPECT_EQ(*all.envelope_id, "a b");
  EXPECT_EQ(*all.deliver_by,
            (DeliverBy{.time = seconds{60}, .mode = DeliverBy::Mode::notify, .is_traced = true}));
  EXPECT_EQ(all.priority, -3);
  EXPECT_EQ(std::get<seconds>(*all.hold), seconds{10});
  EXPECT_EQ(all.parameters.size(), 9U);
  // A copy has fields of its own.
  MailArguments copy = all;
  *copy.envelope_id = "other";
  copy.hold.reset();
  EXPECT_EQ(*all.envelope_id, "a b");
  EXPECT_TRUE(all.hold);
  copy = all;
  EXPECT_EQ(*copy.envelope_id, "a b");
}

struct By {
  std::string_view value;
  DeliverBy by;
};

TEST(MailFields, DeliverBy) {
  using Mode = DeliverBy::Mode;
  constexpr auto good = std::to_array<By>({
      {"120;R", {seconds{120}, Mode::bounce, false}},
      {"1;r", {seconds{1}, Mode::bounce, false}},
      {"+1;RT", {seconds{1}, Mode::bounce, true}},
      {"999999999;R", {seconds{999999999}, Mode::bounce, false}},
      {"000000001;R", {seconds{1}, Mode::bounce, false}},
      {"0;N", {seconds{0}, Mode::notify, false}},
      {"-999999999;nt", {seconds{-999999999}, Mode::notify, true}},
  });
  for (const By& each : good) {
    EXPECT_EQ(*mail("BY=" + std::string{each.value}).deliver_by, each.by) << each.value;
  }
  for (const std::string_view value :
       {"0;R", "-1;R", "-0;R", "1000000000;R", "0000000001;R", "1", "1;", ";R", "1;X", "1;RX",
        "1;RTT", "1;TR", "1;NR", "+-1;R", "1.5;R", "-;N", "1;R;T"}) {
    EXPECT_EQ(bad_mail("BY=" + std::string{value}), "501 5.5.4") << value;
  }
}

TEST(MailFields, DeliverByHasAMinimum) {
  Dialect dialect = standard_dialect({});
  dialect.define(extension::deliver_by(seconds{60}));
  EXPECT_NE(dialect.ehlo_lines().find("\nDELIVERBY 60\n"), std::string::npos);
  EXPECT_EQ(mail("BY=60;R", dialect).deliver_by->time, seconds{60});
  EXPECT_EQ(bad_mail("BY=59;R", dialect), "555 5.5.4");
  EXPECT_EQ(mail("BY=59;N", dialect).deliver_by->time, seconds{59});
  EXPECT_NO_THROW(extension::deliver_by(seconds{999999999}));
  EXPECT_THROW(extension::deliver_by(seconds{1000000000}), std::invalid_argument);
  EXPECT_THROW(extension::deliver_by(seconds{-1}), std::invalid_argument);
}

TEST(MailFields, Priority) {
  for (int priority = -9; priority <= 9; ++priority) {
    EXPECT_EQ(mail("MT-PRIORITY=" + std::to_string(priority)).priority, priority);
  }
  for (const std::string_view value : {"10", "-10", "-0", "+1", "01", "-", "x", "1.0"}) {
    EXPECT_EQ(bad_mail("MT-PRIORITY=" + std::string{value}), "501 5.5.4") << value;
  }
  Dialect dialect = standard_dialect({});
  dialect.define(extension::mt_priority("NSEP"));
  EXPECT_NE(dialect.ehlo_lines().find("\nMT-PRIORITY NSEP\n"), std::string::npos);
}

TEST(MailFields, Hold) {
  Dialect dialect = standard_dialect({});
  const sys_seconds until{seconds{1000000000}};  // 2001-09-09T01:46:40Z
  dialect.define(extension::future_release({.interval = seconds{100}, .until = until}));
  EXPECT_NE(dialect.ehlo_lines().find("\nFUTURERELEASE 100 2001-09-09T01:46:40Z\n"),
            std::string::npos);
  EXPECT_EQ(std::get<seconds>(*mail("HOLDFOR=1", dialect).hold), seconds{1});
  EXPECT_EQ(std::get<seconds>(*mail("HOLDFOR=100", dialect).hold), seconds{100});
  EXPECT_EQ(std::get<sys_seconds>(*mail("HOLDUNTIL=2001-09-09T03:46:40+02:00", dialect).hold),
            until);
  for (const std::string_view parameters :
       {"HOLDFOR=0", "HOLDFOR=101", "HOLDFOR=-1", "HOLDFOR=1000000000", "HOLDFOR=x",
        "HOLDUNTIL=2001-09-09T01:46:41Z", "HOLDUNTIL=2001-09-09", "HOLDUNTIL=1",
        "HOLDFOR=1 HOLDUNTIL=2001-01-01T00:00:00Z", "HOLDUNTIL=2001-01-01T00:00:00Z HOLDFOR=1",
        "HOLDFOR=1 HOLDFOR=1"}) {
    EXPECT_EQ(bad_mail(parameters, dialect), "501 5.5.4") << parameters;
  }
  EXPECT_NO_THROW(extension::future_release({.interval = seconds{999999999}}));
  EXPECT_THROW(extension::future_release({.interval = seconds{0}}), std::invalid_argument);
  EXPECT_THROW(extension::future_release({.interval = seconds{1000000000}}), std::invalid_argument);
}

TEST(MailFields, ReturnAndEnvelopeId) {
  EXPECT_EQ(mail("RET=full").returned, Returned::full);
  EXPECT_EQ(*mail("ENVID=" + std::string(100, 'x')).envelope_id, std::string(100, 'x'));
  EXPECT_EQ(bad_mail("ENVID=" + std::string(101, 'x')), "501 5.5.4");
  // What is decoded can end no line and move no terminal (RFC 3461 §4.4).
  for (const std::string_view value : {"+0A", "+0D", "+00", "+1B", "+7F", "+80", "+9B", "a+"}) {
    EXPECT_EQ(bad_mail("ENVID=" + std::string{value}), "501 5.5.4") << value;
  }
}

TEST(RcptFields, Notify) {
  EXPECT_FALSE(rcpt("ORCPT=rfc822;a").notify);
  EXPECT_TRUE(rcpt("NOTIFY=never").notify->is_never());
  EXPECT_EQ(rcpt("NOTIFY=SUCCESS").notify, (Notify{.success = true}));
  EXPECT_EQ(rcpt("NOTIFY=delay,FAILURE").notify, (Notify{.failure = true, .delay = true}));
  EXPECT_FALSE(rcpt("NOTIFY=DELAY").notify->is_never());
  for (const std::string_view value :
       {"NEVER,SUCCESS", "SUCCESS,NEVER", "NEVER,NEVER", "DELAY,DELAY", ",", "DELAY,", ",DELAY",
        "DELAY;FAILURE", "NONE"}) {
    EXPECT_EQ(bad_rcpt("NOTIFY=" + std::string{value}), "501 5.5.4") << value;
  }
}

TEST(RcptFields, OriginalRecipient) {
  EXPECT_FALSE(rcpt("NOTIFY=NEVER").original_recipient);
  EXPECT_EQ(*rcpt("ORCPT=RFC822;a+40B").original_recipient, (OriginalRecipient{"rfc822", "a@B"}));
  EXPECT_EQ(*rcpt("ORCPT=utf-8;jos\\x{E9}@d").original_recipient,
            (OriginalRecipient{"utf-8", "jos\xC3\xA9@d"}));
  EXPECT_EQ(*rcpt("ORCPT=x400;/C+3DUS;/").original_recipient,
            (OriginalRecipient{"x400", "/C=US;/"}));
  EXPECT_EQ(*rcpt("ORCPT=utf-8;jos\xC3\xA9@d").original_recipient,
            (OriginalRecipient{"utf-8", "jos\xC3\xA9@d"}));
  EXPECT_EQ(rcpt("ORCPT=rfc822;" + std::string(493, 'x')).original_recipient->address.size(), 493U);
  EXPECT_EQ(bad_rcpt("ORCPT=rfc822;" + std::string(494, 'x')), "501 5.5.4");
  for (const std::string_view value :
       {"rfc822", "rfc822;", ";a", "rfc(822;a", "rfc.822;a", "a@b;c", "rfc822;+0A", "rfc822;+C3",
        "rfc822;a+", "rfc822;jos\xC3\xA9", "utf-8;a+40b", "utf-8;\xC3", "utf-8;\\x{0A}",
        "\xC3\xA9;a"}) {
    EXPECT_EQ(bad_rcpt("ORCPT=" + std::string{value}), "501 5.5.4") << value;
  }
}

TEST(RcptFields, ValidSince) {
  using Unsupported = RequireRecipientValidSince::Unsupported;
  const auto plain = rcpt("RRVS=2001-09-09T01:46:40Z").valid_since;
  EXPECT_EQ(plain->time.time_since_epoch(), seconds{1000000000});
  EXPECT_EQ(plain->unsupported, std::nullopt);
  EXPECT_EQ(rcpt("RRVS=2001-09-09T01:46:40Z;c").valid_since->unsupported, Unsupported::proceed);
  EXPECT_EQ(rcpt("RRVS=2001-09-09T01:46:40Z;R").valid_since->unsupported, Unsupported::refuse);
  for (const std::string_view value : {"1234", "2001-09-09", "2001-09-09T01:46:40Z;", ";R",
                                       "2001-09-09T01:46:40Z;X", "2001-09-09T01:46:40Z;CR"}) {
    EXPECT_EQ(bad_rcpt("RRVS=" + std::string{value}), "501 5.5.4") << value;
  }
}

TEST(SizeExtension, Announces) {
  const auto announced = [](std::uint64_t bytes) {
    const std::string lines = standard_dialect({.message_bytes = bytes}).ehlo_lines();
    const std::string rest = lines.substr(lines.find("SIZE"));
    return rest.substr(0, rest.find('\n'));
  };
  EXPECT_EQ(announced(1), "SIZE 1");
  EXPECT_EQ(announced(~std::uint64_t{0}), "SIZE 18446744073709551615");
  EXPECT_EQ(announced(0), "SIZE");  // RFC 1870 §3: 0 would mean that there is no limit
}

TEST(SizeExtension, Values) {
  const Dialect dialect = standard_dialect({.message_bytes = 1000});
  EXPECT_EQ(mail("SIZE=0", dialect).size, 0U);
  EXPECT_EQ(mail("SIZE=1000", dialect).size, 1000U);
  EXPECT_EQ(bad_mail("SIZE=1001", dialect), "552 5.3.4");
  EXPECT_EQ(bad_mail("SIZE=99999999999999999999", dialect), "552 5.3.4");
  EXPECT_EQ(bad_mail("SIZE=000000000000000000001", dialect), "501 5.5.4");
  EXPECT_EQ(bad_mail("SIZE=1 SIZE=1", dialect), "501 5.5.4");
}

TEST(LimitsExtension, KeepsToSixDigits) {
  const auto has = [](const Limits& limits, std::string_view line) {
    return standard_dialect(limits).ehlo_lines().find("\nLIMITS " + std::string{line} + "\n") !=
           std::string::npos;
  };
  EXPECT_TRUE(has({.recipients = 1}, "RCPTMAX=1"));
  EXPECT_TRUE(has({.recipients = 999999}, "RCPTMAX=999999"));
  EXPECT_TRUE(has({.recipients = 1000000}, "RCPTMAX=999999"));
  EXPECT_TRUE(has({.recipients = 0}, "RCPTMAX=1"));
  EXPECT_TRUE(has({.recipients = 5, .messages = 6}, "RCPTMAX=5 MAILMAX=6"));
  EXPECT_TRUE(has({.recipients = 5, .recipient_domains = 1}, "RCPTMAX=5 RCPTDOMAINMAX=1"));
}

TEST(EtrnGrammar, Kinds) {
  const Dialect dialect = with_all();
  const auto parse = [&](std::string_view argument) {
    return dialect.find_verb("ETRN")->grammar(argument, dialect);
  };
  const auto etrn = [&](std::string_view argument) {
    return std::get<EtrnArguments>(std::get<Arguments>(parse(argument)));
  };
  EXPECT_EQ(etrn("Example.ORG").kind, EtrnArguments::Kind::node);
  EXPECT_EQ(etrn("Example.ORG").name, "example.org");
  EXPECT_EQ(etrn("@Example.ORG").kind, EtrnArguments::Kind::domain);
  EXPECT_EQ(etrn("@Example.ORG").name, "example.org");
  EXPECT_EQ(etrn("#slow/1").kind, EtrnArguments::Kind::queue);
  EXPECT_EQ(etrn("#slow/1").name, "slow/1");
  EXPECT_EQ(etrn("#" + std::string(255, 'x')).name.size(), 255U);
  for (const std::string& argument :
       {std::string{"@"}, std::string{"#"}, std::string{"a b"}, std::string{"#a b"},
        std::string{"caf\xC3\xA9.test"}, std::string{"@@a"}, "#" + std::string(256, 'x')}) {
    EXPECT_EQ(complaint(parse(argument)), "501 5.5.4") << argument;
  }
}

}  // namespace
}  // namespace quoth::smtp
