// Addresses and header fields in UTF-8 (RFC 6531).
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

constexpr const char* offered = "SMTPUTF8";
constexpr const char* not_offered = "!SMTPUTF8";
constexpr const char* user = "gr\xc3\xbc\xc3\x9f";              // "grüß"
constexpr const char* domain = "b\xc3\xbc\x63her.example.org";  // "bücher"

std::string mailbox() { return std::string{"<"} + user + "@{sender-domain}>"; }

Case utf8(std::string name, Level level, std::string title, Stage stage, Steps steps,
          std::string why, std::string needs = offered) {
  return {"smtputf8." + std::move(name),
          level,
          "RFC 6531 §3",
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          std::move(needs)};
}

/// A local part that is no UTF-8 (RFC 3629 §4).
Case invalid(std::string name, std::string octets, std::string title) {
  return utf8("invalid-" + std::move(name), security, std::move(title), Stage::hello,
              {say("MAIL FROM:<a" + std::move(octets) + "b@example.org> SMTPUTF8", "5xx|end"),
               say("NOOP", "250|end")},
              "UTF8-non-ascii is what RFC 3629 allows; other octets hide what filters look for.");
}

Cases without_parameter() {
  const std::string why =
      "Without SMTPUTF8 an address is ASCII; receivers should reject others (RFC 5321 §2.4).";
  return {
      utf8("mail-undeclared", should, "A sender in UTF-8 without the parameter", Stage::hello,
           {say("MAIL FROM:" + mailbox(), "5xx")}, why),
      utf8("rcpt-undeclared", should, "A recipient in UTF-8 without the parameter", Stage::mail,
           {say("RCPT TO:" + mailbox(), "5xx")}, why),
      utf8("mail-not-offered", should, "A sender in UTF-8 where SMTPUTF8 is not offered",
           Stage::hello, {say("MAIL FROM:" + mailbox(), "5xx")},
           "Envelopes are ASCII; receivers should reject others (RFC 5321 §2.4).", not_offered),
      utf8("rcpt-not-offered", should, "A recipient in UTF-8 where SMTPUTF8 is not offered",
           Stage::mail, {say("RCPT TO:" + mailbox(), "5xx")},
           "Envelopes are ASCII; receivers should reject others (RFC 5321 §2.4).", not_offered),
      utf8("parameter-not-offered", must, "The parameter SMTPUTF8 where it is not offered",
           Stage::hello, {mail("SMTPUTF8", "5xx")},
           "A parameter of an extension that is not offered is unknown: 555 (RFC 5321 §4.1.1.11).",
           not_offered),
  };
}

Cases with_parameter() {
  return {
      utf8("mail", must, "A sender in UTF-8", Stage::hello,
           {say("MAIL FROM:" + mailbox() + " SMTPUTF8", "250")},
           "A server that offers SMTPUTF8 takes such addresses."),
      utf8("mail-domain", must, "A sender's domain in UTF-8", Stage::hello,
           {say("MAIL FROM:<a@xn--bcher-kva.example.org>", "250").given(),
            say("RSET", "250").given(),
            say(std::string{"MAIL FROM:<a@"} + domain + "> SMTPUTF8", "250|4xx")},
           "A U-label may stand where an A-label may (§3.3)."),
      utf8("mail-quoted", must, "UTF-8 in a quoted local part", Stage::hello,
           {say(std::string{"MAIL FROM:<\""} + user + " x\"@{sender-domain}> SMTPUTF8", "250")},
           "QcontentSMTP is extended by UTF8-non-ascii (§3.3)."),
      utf8("ascii", must, "SMTPUTF8 with an address in ASCII", Stage::hello,
           {mail("SMTPUTF8", "250"), rcpt("", "250|251")},
           "The parameter says what may come, in header fields, too."),
      utf8("with-body", must, "SMTPUTF8 with BODY=8BITMIME", Stage::hello,
           {mail("SMTPUTF8 BODY=8BITMIME", "250")},
           "A client that asks for SMTPUTF8 asks for 8BITMIME, too (§3.6)."),
      utf8(
          "rcpt", must, "A recipient in UTF-8 is looked up", Stage::hello,
          {mail("SMTPUTF8", "250"), say("RCPT TO:" + mailbox(), "250|251|4xx|550|551|552|553|554")},
          "It may be unknown here, but is no error of syntax (500, 501, 555 aside)."),
      utf8("value", must, "SMTPUTF8=1", Stage::hello, {mail("SMTPUTF8=1", "501|5xx")},
           "The parameter takes no value: 501 (§3.4)."),
      utf8("twice", extension, "SMTPUTF8 twice", Stage::hello,
           {mail("SMTPUTF8 SMTPUTF8", "501|5xx")}, "A parameter stands once."),
      utf8("rcpt-parameter", extension, "SMTPUTF8 is no parameter of RCPT", Stage::hello,
           {mail("SMTPUTF8", "250"), rcpt("SMTPUTF8", "501|555|5xx")},
           "It belongs to MAIL, VRFY and EXPN (§3.1)."),
      utf8("lower-case", must, "smtputf8 in lower case", Stage::hello, {mail("smtputf8", "250")},
           "Keywords are not case sensitive."),
      utf8("ended-by-rset", should, "RSET ends what SMTPUTF8 allowed", Stage::hello,
           {mail("SMTPUTF8", "250"), say("RSET", "250"), mail("", "250"),
            say("RCPT TO:" + mailbox(), "5xx")},
           "The parameter counts for its transaction alone."),
      utf8("bare-keyword", extension, "SMTPUTF8 is announced without parameters", Stage::greeted,
           {say("{hello} conform.example.org", "250").containing("SMTPUTF8\r\n")},
           "Servers must not send a parameter; clients ignore one (§3.1)."),
      utf8("needs-8bitmime", must, "8BITMIME is offered with SMTPUTF8", Stage::greeted,
           {say("{hello} conform.example.org", "250").containing("8BITMIME")},
           "A server that offers SMTPUTF8 must offer 8BITMIME (§3.1)."),
      utf8("vrfy", extension, "VRFY with SMTPUTF8", Stage::hello,
           {say(std::string{"VRFY "} + user + " SMTPUTF8", "2xx|4xx|5xx"), say("NOOP", "250")},
           "It may be switched off, and does not disturb the session (§3.7.4.2)."),
  };
}

}  // namespace

Cases smtputf8() {
  Cases all = without_parameter();
  for (Case& each : with_parameter()) all.push_back(std::move(each));
  all.push_back(invalid("octet", "\xff", "An octet that stands in no UTF-8"));
  all.push_back(invalid("continuation", "\xbf", "A continuation octet without a lead"));
  all.push_back(invalid("cut", "\xc3", "A lead octet without its continuation"));
  all.push_back(invalid("overlong", "\xc0\xaf", "An overlong form of /"));
  all.push_back(invalid("surrogate", "\xed\xa0\x80", "A surrogate"));
  all.push_back(
      {"smtputf8.header",
       must,
       "RFC 6531 §3.6",
       "Header fields in UTF-8 arrive",
       "A server that offers SMTPUTF8 takes header fields in UTF-8 unchanged.",
       Stage::hello,
       {mail("SMTPUTF8 BODY=8BITMIME", "250"), rcpt("", "250|251").given(), say("DATA", "354"),
        say("Subject: gr\xc3\xbc\xc3\x9f {mark}\r\n\r\nbody\r\n.", "250").deciding()},
       offered,
       {Stored::Rule::as_decided, "Subject: gr\xc3\xbc\xc3\x9f {mark}\n", ""}});
  return all;
}

}  // namespace quoth::conform::cases
