// Parameters in general, and the smaller extensions.
#include <cstddef>
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"
#include "conform/situation.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

Case offered(std::string name, Level level, std::string reference, std::string title, Stage stage,
             Steps steps, std::string why, std::string needs) {
  return {"extensions." + std::move(name),
          level,
          std::move(reference),
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          std::move(needs)};
}

Case on_mail(std::string name, std::string keyword, std::string reference, std::string parameter,
             std::string codes, std::string why) {
  return offered(std::move(name), extension, std::move(reference), "MAIL with " + parameter,
                 Stage::hello, {mail(parameter, std::move(codes))}, std::move(why),
                 std::move(keyword));
}

Case on_rcpt(std::string name, std::string keyword, std::string reference, std::string parameter,
             std::string codes, std::string why) {
  return offered(std::move(name), extension, std::move(reference), "RCPT with " + parameter,
                 Stage::mail, {rcpt(parameter, std::move(codes))}, std::move(why),
                 std::move(keyword));
}

Cases deliver_by() {
  const std::string section = "RFC 2852 §4";
  const std::string grammar =
      "by-value = by-time \";\" by-mode [by-trace]; R wants a positive time.";
  return {
      on_mail("by-return", "DELIVERBY", section, "BY=86400;R", "250|55x", grammar),
      on_mail("by-notify", "DELIVERBY", section, "BY=86400;N", "250", grammar),
      on_mail("by-trace", "DELIVERBY", section, "BY=86400;NT", "250", grammar),
      on_mail("by-negative-notify", "DELIVERBY", section, "BY=-60;N", "250", grammar),
      on_mail("by-negative-return", "DELIVERBY", section, "BY=-1;R", "501|5xx", grammar),
      on_mail("by-no-mode", "DELIVERBY", section, "BY=120", "501|5xx", grammar),
      on_mail("by-bad-mode", "DELIVERBY", section, "BY=120;X", "501|5xx", grammar),
      on_mail("by-ten-digits", "DELIVERBY", section, "BY=1234567890;N", "501|5xx",
              "by-time has at most nine digits."),
  };
}

Cases priorities() {
  const std::string section = "RFC 6710 §3";
  const std::string range = "The priority is a whole number from -9 to 9.";
  return {
      on_mail("priority-high", "MT-PRIORITY", section, "MT-PRIORITY=9", "250|550|554", range),
      on_mail("priority-low", "MT-PRIORITY", section, "MT-PRIORITY=-9", "250", range),
      on_mail("priority-zero", "MT-PRIORITY", section, "MT-PRIORITY=0", "250", range),
      on_mail("priority-ten", "MT-PRIORITY", section, "MT-PRIORITY=10", "501|5xx", range),
      on_mail("priority-word", "MT-PRIORITY", section, "MT-PRIORITY=high", "501|5xx", range),
  };
}

Cases future_and_rrvs() {
  const std::string future = "RFC 4865 §4";
  const std::string rrvs = "RFC 7293 §3.1";
  return {
      on_mail("hold-for", "FUTURERELEASE", future, "HOLDFOR=60", "250",
              "Seconds, within what is announced."),
      on_mail("hold-for-word", "FUTURERELEASE", future, "HOLDFOR=soon", "501|5xx",
              "future-release-interval = 1*9DIGIT."),
      on_mail("hold-until-bad", "FUTURERELEASE", future, "HOLDUNTIL=tomorrow", "501|5xx",
              "It is a date-time of RFC 3339."),
      on_mail("hold-both", "FUTURERELEASE", future, "HOLDFOR=60 HOLDUNTIL=2099-01-01T00:00:00Z",
              "501|5xx", "Only one of the two may stand."),
      on_rcpt("rrvs", "RRVS", rrvs, "RRVS=2014-04-03T23:01:00Z", "250|251|550",
              "Refused only if the mailbox has changed hands since."),
      on_rcpt("rrvs-reject", "RRVS", rrvs, "RRVS=2014-04-03T23:01:00Z;R", "250|251|550",
              "The action C or R may stand behind the time."),
      on_rcpt("rrvs-number", "RRVS", rrvs, "RRVS=1234", "501|5xx",
              "It is a date-time of RFC 3339."),
      on_rcpt("rrvs-action", "RRVS", rrvs, "RRVS=2014-04-03T23:01:00Z;X", "501|5xx",
              "The action is C or R."),
  };
}

Cases others() {
  const std::string known = "Servers must not list capabilities for which they return 500 or 502.";
  return {
      offered("vrfy", must, "RFC 5321 §4.2.4", "VRFY that is listed is served", Stage::hello,
              {say("VRFY {rcpt}", "250|251|252|4xx|55x")}, known, "VRFY"),
      offered("expn", must, "RFC 5321 §4.2.4", "EXPN that is listed is served", Stage::hello,
              {say("EXPN conform-list", "250|252|4xx|55x")}, known, "EXPN"),
      offered("help", must, "RFC 5321 §4.2.4", "HELP that is listed is served", Stage::hello,
              {say("HELP", "2xx|504")}, known, "HELP"),
      offered("etrn", must, "RFC 1985 §5.3", "ETRN that is listed is known", Stage::hello,
              {say("ETRN conform.example.org", "250|251|252|253|458|459|45x|501|53x|55x"),
               say("NOOP", "250")},
              known, "ETRN"),
      offered("etrn-bare", extension, "RFC 1985 §5.3", "ETRN without a name", Stage::hello,
              {say("ETRN", "500|501|53x|55x")}, "It wants a domain.", "ETRN"),
      offered("etrn-in-transaction", extension, "RFC 1985 §5.3", "ETRN in a transaction",
              Stage::mail, {say("ETRN conform.example.org", "503|4xx|5xx"), rcpt("", "250|251")},
              "It must not be used while a message is being transferred, and changes nothing.",
              "ETRN"),
      offered("limits-grammar", must, "RFC 9422 §3", "LIMITS lists names and values",
              Stage::greeted,
              {say("{hello} conform.example.org", "250").containing("LIMITS ").lacking("LIMITS =")},
              "Each limit is name=value; the keyword alone says nothing.", "LIMITS"),
      offered(
          "limits-rcptmax", must, "RFC 9422 §4.2", "A hundred recipients with LIMITS", Stage::mail,
          [] {
            Steps steps(100, rcpt("", "250|251|452"));
            steps.push_back(say("DATA", "354"));
            return steps;
          }(),
          "Limits are announced, but those that RFC 5321 asks for stay.", "LIMITS"),
  };
}

/// What LIMITS announces, tried: so many are taken, and the next one is not. RCPTDOMAINMAX would
/// need recipients at as many domains.
Cases announced_limits() {
  const std::string why =
      "A client trusts what is announced: it sends so many, and the rest in another transaction.";
  Steps rcpts;
  Steps mails;
  for (std::size_t i = 1; i <= max_tried_limit; ++i) {
    rcpts.push_back(rcpt("", "250|251").within("RCPTMAX", i));
    mails.push_back(mail("", "250").within("MAILMAX", i));
    mails.push_back(say("RSET", "250").within("MAILMAX", i));
  }
  Steps rcpts_beyond = rcpts;
  Steps mails_beyond = mails;
  for (Step& each : rcpts_beyond) each.is_given = true;
  for (Step& each : mails_beyond) each.is_given = true;
  rcpts.push_back(say("DATA", "354"));
  rcpts_beyond.push_back(rcpt("", "4xx|5xx|421|end"));
  mails_beyond.push_back(mail("", "4xx|5xx|421|end"));
  return {
      offered("limits-rcptmax-at", must, "RFC 9422 §4.2", "RCPTMAX recipients are taken",
              Stage::mail, rcpts, why, "LIMITS small-RCPTMAX"),
      offered("limits-rcptmax-beyond", should, "RFC 9422 §4.2",
              "One recipient more than RCPTMAX is refused", Stage::mail, rcpts_beyond, why,
              "LIMITS small-RCPTMAX"),
      offered("limits-mailmax-at", must, "RFC 9422 §4.1", "MAILMAX transactions are taken",
              Stage::hello, mails, why, "LIMITS small-MAILMAX"),
      offered("limits-mailmax-beyond", should, "RFC 9422 §4.1",
              "One transaction more than MAILMAX is refused", Stage::hello, mails_beyond, why,
              "LIMITS small-MAILMAX"),
  };
}

}  // namespace

Cases extensions() {
  Cases all;
  for (const auto& part : {others, announced_limits, deliver_by, priorities, future_and_rrvs}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

Cases parameters() {
  const std::string section = "RFC 5321 §4.1.1.11";
  const std::string unknown =
      "A parameter that is not recognized must be refused, or the client believes it is honoured.";
  const std::string exact = "555 is the code for a parameter that is not recognized.";
  const std::string grammar = "esmtp-param = esmtp-keyword [\"=\" esmtp-value].";
  return {
      {"parameters.mail-unknown",
       must,
       section,
       "MAIL with an unknown parameter is refused",
       unknown,
       Stage::hello,
       {mail("XCONFORM=1", "5xx")}},
      {"parameters.mail-555",
       should,
       section,
       "MAIL with an unknown parameter: 555",
       exact,
       Stage::hello,
       {mail("XCONFORM=1", "555")}},
      {"parameters.mail-bare",
       must,
       section,
       "MAIL with an unknown parameter without a value",
       unknown,
       Stage::hello,
       {mail("XCONFORM", "5xx")}},
      {"parameters.rcpt-unknown",
       must,
       section,
       "RCPT with an unknown parameter is refused",
       unknown,
       Stage::mail,
       {rcpt("XCONFORM=1", "5xx")}},
      {"parameters.rcpt-555",
       should,
       section,
       "RCPT with an unknown parameter: 555",
       exact,
       Stage::mail,
       {rcpt("XCONFORM=1", "555")}},
      {"parameters.refused-mail",
       must,
       section,
       "A MAIL refused for a parameter opens nothing",
       "The state is as it was.",
       Stage::hello,
       {mail("XCONFORM=1", "5xx").given(), rcpt("", "503|5xx")}},
      {"parameters.refused-rcpt",
       must,
       section,
       "A RCPT refused for a parameter adds nobody",
       "The state is as it was.",
       Stage::mail,
       {rcpt("XCONFORM=1", "5xx").given(), data_refused(), text_refused()}},
      {"parameters.retry",
       must,
       section,
       "MAIL again, without what was refused",
       "This is how a client falls back.",
       Stage::hello,
       {mail("XCONFORM=1", "5xx").given(), mail("", "250")}},
      {"parameters.no-keyword",
       should,
       "RFC 5321 §4.1.2",
       "A parameter without a keyword",
       grammar,
       Stage::hello,
       {mail("=1", "5xx")}},
      {"parameters.bad-keyword",
       should,
       "RFC 5321 §4.1.2",
       "A keyword of other characters",
       grammar,
       Stage::hello,
       {mail("X_Y?=1", "5xx")}},
      {"parameters.two-equals",
       should,
       "RFC 5321 §4.1.2",
       "A value with = in it",
       grammar,
       Stage::hello,
       {mail("SIZE=1=2", "5xx")}},
      {"parameters.control",
       should,
       "RFC 5321 §4.1.2",
       "A value with a control character",
       grammar,
       Stage::hello,
       {mail("SIZE=1\x01", "5xx")}},
      {"parameters.null-sender",
       must,
       section,
       "Parameters behind the null sender",
       "MAIL FROM:<> may have parameters as any other.",
       Stage::hello,
       {say("MAIL FROM:<> BODY=8BITMIME", "250")},
       "8BITMIME"},
  };
}

}  // namespace quoth::conform::cases
