// Delivery status notifications (RFC 3461), and enhanced status codes (RFC 2034).
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

constexpr const char* dsn_offered = "DSN";

Case on_mail(std::string name, Level level, const std::string& parameters, std::string codes,
             std::string why, std::string reference = "RFC 3461 §4.4") {
  return {"dsn." + std::move(name),
          level,
          std::move(reference),
          "MAIL with " + parameters,
          std::move(why),
          Stage::hello,
          {mail(parameters, std::move(codes))},
          dsn_offered};
}

Case on_rcpt(std::string name, Level level, const std::string& parameters, std::string codes,
             std::string why, std::string reference = "RFC 3461 §4.1") {
  return {"dsn." + std::move(name),
          level,
          std::move(reference),
          "RCPT with " + parameters,
          std::move(why),
          Stage::mail,
          {rcpt(parameters, std::move(codes))},
          dsn_offered};
}

Cases mail_parameters() {
  const std::string ret = "ret-value = \"FULL\" / \"HDRS\".";
  const std::string ret_section = "RFC 3461 §4.3";
  const std::string xtext =
      "ENVID is xtext: + stands only ahead of two hexadecimal digits in upper case.";
  return {
      on_mail("ret-full", must, "RET=FULL", "250", ret, ret_section),
      on_mail("ret-hdrs", must, "RET=HDRS", "250", ret, ret_section),
      on_mail("ret-lower", must, "ret=hdrs", "250", "Keywords and values are not case sensitive.",
              ret_section),
      on_mail("ret-unknown", extension, "RET=X", "501|5xx", ret, ret_section),
      on_mail("ret-empty", extension, "RET=", "501|5xx", ret, ret_section),
      on_mail("ret-twice", extension, "RET=FULL RET=HDRS", "501|5xx",
              "A parameter stands once; the server must return 501.", ret_section),
      on_mail("envid", must, "ENVID=QQ314159", "250", "It goes into the notices."),
      on_mail("envid-xtext", must, "ENVID=a+20b+3Dc", "250", xtext),
      on_mail("envid-bad-xtext", extension, "ENVID=a+4", "501|5xx", xtext),
      on_mail("envid-no-hex", extension, "ENVID=a+ZZ", "501|5xx", xtext),
      on_mail("envid-empty", extension, "ENVID=", "501|5xx",
              "esmtp-value has at least one octet (RFC 5321 §4.1.2)."),
      on_mail("envid-100", must, "ENVID=" + run_of('a', 100), "250",
              "100 characters are the most that a client may send, and a server must take."),
      on_mail("envid-twice", extension, "ENVID=a ENVID=b", "501|5xx",
              "A parameter stands once; the server must return 501."),
      on_mail("both", must, "RET=HDRS ENVID=QQ314159", "250", "They may stand together."),
      on_mail("notify-in-mail", extension, "NOTIFY=NEVER", "501|555|5xx", "It belongs to RCPT.",
              "RFC 3461 §4.1"),
  };
}

Cases rcpt_parameters() {
  const std::string notify = "NEVER alone, or SUCCESS, FAILURE and DELAY in any order.";
  const std::string orcpt = "original-recipient-address = addr-type \";\" xtext.";
  const std::string orcpt_section = "RFC 3461 §4.2";
  return {
      on_rcpt("notify-never", must, "NOTIFY=NEVER", "250|251", notify),
      on_rcpt("notify-success", must, "NOTIFY=SUCCESS", "250|251", notify),
      on_rcpt("notify-list", must, "NOTIFY=SUCCESS,FAILURE,DELAY", "250|251", notify),
      on_rcpt("notify-lower", must, "notify=failure", "250|251",
              "Keywords and values are not case sensitive."),
      on_rcpt("notify-never-and", extension, "NOTIFY=NEVER,SUCCESS", "501|5xx", notify),
      on_rcpt("notify-unknown", extension, "NOTIFY=SOMETIMES", "501|5xx", notify),
      on_rcpt("notify-empty", extension, "NOTIFY=", "501|5xx", notify),
      on_rcpt("notify-comma", extension, "NOTIFY=SUCCESS,", "501|5xx", notify),
      on_rcpt("notify-twice", extension, "NOTIFY=SUCCESS NOTIFY=FAILURE", "501|5xx",
              "A parameter stands once; the server must return 501."),
      on_rcpt("orcpt", must, "ORCPT=rfc822;ann+40example.org", "250|251", orcpt, orcpt_section),
      on_rcpt("orcpt-plain", must, "ORCPT=rfc822;ann@example.org", "250|251",
              orcpt + " @ need not be encoded.", orcpt_section),
      on_rcpt("orcpt-no-type", extension, "ORCPT=ann@example.org", "501|5xx", orcpt, orcpt_section),
      on_rcpt("orcpt-bad-xtext", extension, "ORCPT=rfc822;a+4", "501|5xx", orcpt, orcpt_section),
      on_rcpt("orcpt-empty", extension, "ORCPT=", "501|5xx", orcpt, orcpt_section),
      on_rcpt("orcpt-twice", extension, "ORCPT=rfc822;a@b.example ORCPT=rfc822;c@d.example",
              "501|5xx", "A parameter stands once; the server must return 501.", orcpt_section),
      on_rcpt("orcpt-utf8", extension, "ORCPT=rfc822;gr\xc3\xbc\xc3\x9f@example.org", "5xx",
              "xtext is ASCII; for others there is utf-8-addr-xtext (RFC 6533 §3).", orcpt_section),
      on_rcpt("rcpt-both", must, "NOTIFY=DELAY ORCPT=rfc822;ann@example.org", "250|251",
              "They may stand together."),
      on_rcpt("ret-in-rcpt", extension, "RET=FULL", "501|555|5xx", "It belongs to MAIL.",
              "RFC 3461 §4.3"),
  };
}

Case code_of(std::string name, std::string title, Stage stage, Steps steps,
             std::string needs = "ENHANCEDSTATUSCODES") {
  return {"enhanced." + std::move(name),
          extension,
          "RFC 2034 §4",
          std::move(title),
          "All 2xx, 4xx and 5xx replies but the greeting and those to EHLO and HELO begin with a "
          "code of their own class.",
          stage,
          std::move(steps),
          std::move(needs)};
}

}  // namespace

Cases dsn() {
  Cases all = mail_parameters();
  for (Case& each : rcpt_parameters()) all.push_back(std::move(each));
  all.push_back({"dsn.refused-rcpt",
                 must,
                 "RFC 3461 §4",
                 "A refused parameter refuses the recipient",
                 "A recipient whose wishes cannot be read is not taken at all.",
                 Stage::mail,
                 {rcpt("NOTIFY=NEVER,SUCCESS", "5xx").given(), data_refused(), text_refused()},
                 dsn_offered});
  all.push_back({"dsn.not-offered",
                 must,
                 "RFC 5321 §4.1.1.11",
                 "NOTIFY where DSN is not offered",
                 "A parameter of an extension that is not offered is unknown: 555.",
                 Stage::mail,
                 {rcpt("NOTIFY=NEVER", "555|5xx")},
                 "!DSN"});
  return all;
}

Cases enhanced() {
  const auto coded = [](std::string line, std::string codes) {
    return say(std::move(line), std::move(codes)).with(Look::enhanced);
  };
  Cases all{
      code_of("mail", "A taken MAIL", Stage::hello, {mail("", "250").with(Look::enhanced)}),
      code_of("rcpt", "A taken RCPT", Stage::mail, {rcpt("", "250|251").with(Look::enhanced)}),
      code_of("message", "A taken message", Stage::data,
              {text("x\r\n", "250").with(Look::enhanced)}),
      code_of("rset", "RSET", Stage::hello, {coded("RSET", "250")}),
      code_of("noop", "NOOP", Stage::hello, {coded("NOOP", "250")}),
      code_of("quit", "QUIT", Stage::hello, {coded("QUIT", "221")}),
      code_of("vrfy", "VRFY", Stage::hello, {coded("VRFY {rcpt}", "2xx|4xx|5xx")}),
      code_of("unknown-verb", "An unknown verb", Stage::hello, {coded("XCONFORM", "5xx")}),
      code_of("bad-mail", "A bad MAIL", Stage::hello, {coded("MAIL FROM:", "5xx")}),
      code_of("bad-rcpt", "A bad RCPT", Stage::mail, {coded("RCPT TO:", "5xx")}),
      code_of("bad-order", "A command out of order", Stage::hello, {coded("DATA", "5xx")}),
      code_of("unknown-parameter", "An unknown parameter", Stage::hello,
              {mail("XCONFORM=1", "5xx").with(Look::enhanced)}),
      code_of(
          "unknown-rcpt", "An unknown recipient", Stage::mail,
          {say("RCPT TO:<{unknown}>", "4xx|5xx").given(), coded("RCPT TO:<{unknown}>", "4xx|5xx")},
          "ENHANCEDSTATUSCODES unknown"),
      {"enhanced.unknown-rcpt-address",
       should,
       "RFC 3463 §3.2",
       "An unknown recipient: X.1.X",
       "The subject of a refusal of an address is the address.",
       Stage::mail,
       {say("RCPT TO:<{unknown}>", "550").given(),
        say("RCPT TO:<{unknown}>", "550").with(Look::of_address)},
       "ENHANCEDSTATUSCODES unknown"},
      {"enhanced.not-in-greeting",
       extension,
       "RFC 2034 §4",
       "None in the greeting",
       "The greeting begins with the server's name.",
       Stage::connected,
       {reply("220").with(Look::not_enhanced)}},
      {"enhanced.not-in-ehlo",
       must,
       "RFC 2034 §4",
       "None in the answer to EHLO",
       "Its lines begin with the server's name and with keywords.",
       Stage::greeted,
       {say("{hello} conform.example.org", "250").with(Look::not_enhanced)}},
      {"enhanced.not-in-354",
       extension,
       "RFC 2034 §4",
       "None in 354",
       "There is no class 3 of enhanced codes.",
       Stage::rcpt,
       {say("DATA", "354").with(Look::not_enhanced)}},
  };
  return all;
}

}  // namespace quoth::conform::cases
