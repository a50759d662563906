// STARTTLS, and what of the dialogue before it must not count behind it (RFC 3207).
#include <chrono>
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::chrono_literals;
using enum Level;

constexpr const char* forget =
    "What was said in the clear may be an attacker's: the server must forget it.";
constexpr const char* injection =
    "What came in the clear behind STARTTLS is an attacker's, and must not be run as if it had "
    "come over TLS.";
constexpr auto a_moment = 200ms;

Step go() { return say("STARTTLS", "220").given(); }
Step say_hello() { return say("{hello} conform.example.org", "250"); }

/// In the clear, at a server that offers STARTTLS.
Case clear(std::string name, Level level, std::string reference, std::string title, std::string why,
           Stage stage, Steps steps, std::string needs = "STARTTLS") {
  Case result{"starttls." + std::move(name),
              level,
              std::move(reference),
              std::move(title),
              std::move(why),
              stage,
              std::move(steps),
              std::move(needs)};
  result.opening = Opening::clear;
  return result;
}

Cases the_command() {
  const std::string section = "RFC 3207 §4";
  return {
      clear("known", must, section, "STARTTLS that is listed is known",
            "Servers must not list what they do not have.", Stage::hello,
            {say("STARTTLS", "220|454")}),
      clear("works", must, section, "STARTTLS, the handshake, EHLO, QUIT",
            "This is what it is for.", Stage::hello,
            {go(), start_tls(), say_hello(), say("NOOP", "250"), say("QUIT", "221"), end()}),
      clear("argument", must, section, "STARTTLS x: 501", "STARTTLS has no parameters.",
            Stage::hello, {say("STARTTLS x", "501|5xx|454"), say("NOOP", "250")}),
      clear("lower-case", must, "RFC 5321 §2.4", "starttls", "Verbs are written in any case.",
            Stage::hello, {say("starttls", "220|454")}),
      clear("before-hello", should, section, "STARTTLS before EHLO, then in order",
            "Refused, it changes nothing.", Stage::greeted,
            {say("STARTTLS", "5xx|454").given(), say_hello(), say("STARTTLS", "220"), start_tls(),
             say_hello()}),
      clear("before-hello-works", should, section, "STARTTLS before EHLO, where it is taken",
            "What is not refused works.", Stage::greeted,
            {say("STARTTLS", "220|5xx|454").refusable(), start_tls(), say_hello()}),
      clear("after-argument", must, section, "STARTTLS after a refused one",
            "A command that failed leaves the state as it was.", Stage::hello,
            {say("STARTTLS x", "5xx").given(), go(), start_tls(), say_hello()}),
      clear("twice", must, "RFC 3207 §4.2", "STARTTLS behind TLS: 503",
            "There is nothing in the clear any more that could be left.", Stage::hello,
            {go(), start_tls(), say_hello(), say("STARTTLS", "503|5xx"), say("NOOP", "250")}),
      clear("not-listed", must, "RFC 3207 §4.2", "EHLO behind TLS does not list STARTTLS",
            "The server must not list it once TLS is there.", Stage::hello,
            {go(), start_tls(), say_hello().lacking("STARTTLS")}),
      clear("quit-first", must, section, "QUIT in the clear in place of STARTTLS",
            "A client may turn away from what is offered.", Stage::hello,
            {say("QUIT", "221"), end()}),
      clear("behind-noop", must, "RFC 2920 §3.1", "STARTTLS as the last command of a group",
            "It ends a group, and may stand in one.", Stage::hello,
            {raw("NOOP\r\nSTARTTLS\r\n"), reply("250"), reply("220|454").refusable(), start_tls(),
             say_hello()},
            "STARTTLS PIPELINING"),
      clear("pieces", must, "RFC 5321 §2.3.8", "STARTTLS octet by octet",
            "A command ends with CRLF, not with a packet.", Stage::hello,
            {say("STARTTLS", "220").in_pieces(1, 2ms), start_tls(), say_hello()}),
  };
}

Cases forgotten() {
  const std::string section = "RFC 3207 §4.2";
  return {
      clear("forgets-hello", should, section, "MAIL behind TLS without EHLO: 503", forget,
            Stage::hello, {go(), start_tls(), mail("", "503|5xx")}),
      clear("forgets-mail", security, section, "MAIL in the clear, RCPT behind TLS: 503", forget,
            Stage::mail, {go(), start_tls(), rcpt("", "503|5xx")}),
      clear("forgets-mail-hello", security, section,
            "MAIL in the clear, EHLO and RCPT behind TLS: 503", forget, Stage::mail,
            {go(), start_tls(), say_hello(), rcpt("", "503|5xx")}),
      clear("forgets-rcpt", security, section, "MAIL and RCPT in the clear, DATA behind TLS",
            forget, Stage::rcpt, {go(), start_tls(), say("DATA", "503|554|5xx")}),
      clear("forgets-rcpt-hello", security, section,
            "MAIL and RCPT in the clear, EHLO, MAIL and DATA behind TLS", forget, Stage::rcpt,
            {go(), start_tls(), say_hello(), mail("", "250").given(), data_refused(),
             text_refused()}),
      clear("forgets-extensions", must, section, "HELO behind TLS after EHLO in the clear",
            "The server begins anew, as for any client.", Stage::hello,
            {go(), start_tls(), say("HELO conform.example.org", "250").with(Look::one_line)},
            "STARTTLS smtp"),
  };
}

/// `octets` go out together with STARTTLS. A server may also refuse STARTTLS then, or leave.
Case injected(std::string name, std::string title, std::string octets, Steps then) {
  Steps steps{raw("STARTTLS\r\n" + std::move(octets)), reply("220|5xx|4xx|end").refusable(),
              start_tls()};
  for (Step& each : then) steps.push_back(std::move(each));
  return clear(std::move(name), security, "CVE-2011-0411", std::move(title), injection,
               Stage::hello, std::move(steps));
}

Cases injections() {
  const Steps in_step{say_hello(), silence(a_moment), say("NOOP", "250"), silence(a_moment)};
  return {
      injected("injects-noop", "NOOP in one write with STARTTLS", "NOOP\r\n", in_step),
      injected("injects-unknown", "A bad command in one write with STARTTLS", "XCONFORM\r\n",
               in_step),
      injected("injects-quit", "QUIT in one write with STARTTLS", "QUIT\r\n", in_step),
      injected(
          "injects-many", "A hundred commands in one write with STARTTLS",
          [] {
            std::string all;
            for (int i = 0; i < 100; ++i) all += "NOOP\r\n";
            return all;
          }(),
          in_step),
      injected("injects-prefix", "Half of MAIL in the clear, NOOP over TLS", "MAIL FROM:<a@b",
               {say("NOOP", "250"), silence(a_moment)}),
      injected("injects-verb", "Half of a verb in the clear, the rest over TLS", "RS",
               {say("ET", "5xx"), say("NOOP", "250")}),
      injected("injects-line-end", "CR in the clear, LF over TLS", "NOOP\r",
               {raw("\nNOOP\r\n"), reply("250|5xx")}),
      injected("injects-hello", "EHLO in the clear counts for nothing behind TLS",
               "EHLO injected.example.org\r\n", in_step),
      injected("injects-mail", "EHLO and MAIL in the clear, RCPT over TLS",
               "EHLO injected.example.org\r\nMAIL FROM:<{sender}>\r\n",
               {rcpt("", "503|5xx"), silence(a_moment)}),
      injected("injects-rcpt", "EHLO, MAIL and RCPT in the clear, DATA over TLS",
               "EHLO injected.example.org\r\nMAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\n",
               {say("DATA", "503|554|5xx"), silence(a_moment)}),
      injected("injects-text", "A whole message in the clear",
               "EHLO injected.example.org\r\nMAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\n"
               "DATA\r\n" +
                   message("injected\r\n.\r\n"),
               in_step),
      injected("injects-auth", "The beginning of a login in the clear", "AUTH LOGIN\r\n", in_step),
  };
}

Cases over_tls() {
  const std::string section = "RFC 3207 §4.2";
  const auto secured = [&section](std::string name, Level level, std::string title, std::string why,
                                  Stage stage, Steps steps) {
    Case result{"starttls." + std::move(name),
                level,
                section,
                std::move(title),
                std::move(why),
                stage,
                std::move(steps)};
    result.opening = Opening::secure;
    return result;
  };
  Cases all{
      secured("message", must, "A message over TLS", "This is what it is for.", Stage::data,
              {text("over TLS\r\n", "250").deciding()}),
      secured("large-message", must, "A message of many records", "TLS has records, SMTP has not.",
              Stage::data,
              {raw(message("")), raw(run_of('x', 70) + "\r\n").times(3000),
               say(".", "250|552|4xx").deciding()}),
      secured("records-of-an-octet", must, "A command in records of one octet",
              "A command ends with CRLF, not with a record.", Stage::hello,
              {say("NOOP", "250").in_pieces(1, 2ms)}),
      secured("group-in-a-record", must, "Several commands in one record",
              "A command ends with CRLF, not with a record.", Stage::hello,
              {raw("NOOP\r\nRSET\r\nNOOP\r\n"), reply("250"), reply("250"), reply("250")}),
      secured("cut-text", security, "A text that ends with the connection is not stored",
              "Whoever cuts the connection must not choose where a message ends.", Stage::data,
              {raw(message("cut\r\n")), half_close(), reply("4xx|5xx|end")}),
      secured("reset-text", security, "A text that ends with a RST is not stored",
              "Whoever cuts the connection must not choose where a message ends.", Stage::data,
              {raw(message("cut\r\n")), pause(50ms), reset(), alive()}),
  };
  for (Case& each : all) {
    if (each.id == "starttls.message") each.stored = {Stored::Rule::as_decided, "over TLS\n", ""};
    if (each.id.ends_with("-text")) each.stored = {Stored::Rule::never, "", ""};
  }
  return all;
}

Cases names() {
  Case first =
      clear("received-name", security, "RFC 3207 §4.2",
            "The Received field names the EHLO behind TLS", forget, Stage::greeted,
            {say("{hello} first.conform.example.org", "250").given(), go(), start_tls(),
             say("{hello} second.conform.example.org", "250"), mail("", "250").given(),
             rcpt("", "250|251").given(), say("DATA", "354").given(), text("x\r\n", "250")});
  first.stored = {Stored::Rule::as_decided, "", "first.conform.example.org"};
  Case with = clear("received-with", should, "RFC 3848 §1", "The Received field says ESMTPS",
                    "Whoever looks for where mail was in the clear goes by it.", Stage::hello,
                    {go(), start_tls(), say_hello(), mail("", "250").given(),
                     rcpt("", "250|251").given(), say("DATA", "354").given(), text("x\r\n", "250")},
                    "STARTTLS smtp");
  with.stored = {Stored::Rule::as_decided, "with ESMTPS", "with ESMTPSA"};
  Case clear_with = clear("received-with-clear", should, "RFC 3848 §1",
                          "In the clear the Received field does not say ESMTPS",
                          "Whoever looks for where mail was in the clear goes by it.", Stage::data,
                          {text("x\r\n", "250")}, "smtp");
  clear_with.stored = {Stored::Rule::as_decided, "", "with ESMTPS"};
  return {first, with, clear_with};
}

}  // namespace

Cases starttls() {
  Cases all;
  for (const auto& part : {the_command, forgotten, injections, over_tls, names}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

Cases requiretls() {
  const std::string section = "RFC 8689 §2";
  const auto make = [&section](std::string name, Level level, std::string title, std::string why,
                               Stage stage, Steps steps, std::string needs, Opening opening) {
    Case result{"requiretls." + std::move(name),
                level,
                section,
                std::move(title),
                std::move(why),
                stage,
                std::move(steps),
                std::move(needs)};
    result.opening = opening;
    return result;
  };
  const std::string known = "What is listed is taken.";
  return {
      make("clear", must, "REQUIRETLS is not offered in the clear",
           "It must be announced only under TLS.", Stage::greeted,
           {say_hello().lacking("REQUIRETLS")}, "", Opening::clear),
      make("refused-in-clear", must, "MAIL with REQUIRETLS in the clear is refused",
           "The promise cannot be kept: the message came in the clear.", Stage::hello,
           {mail("REQUIRETLS", "5xx")}, "!REQUIRETLS", Opening::clear),
      make("mail", must, "MAIL with REQUIRETLS over TLS", known, Stage::hello,
           {mail("REQUIRETLS", "250")}, "REQUIRETLS", Opening::secure),
      make("value", extension, "MAIL with REQUIRETLS=x", "The parameter has no value.",
           Stage::hello, {mail("REQUIRETLS=x", "501|5xx")}, "REQUIRETLS", Opening::secure),
      make("twice", extension, "MAIL with REQUIRETLS twice", "Each parameter stands once.",
           Stage::hello, {mail("REQUIRETLS REQUIRETLS", "501|5xx")}, "REQUIRETLS", Opening::secure),
      make("rcpt", extension, "RCPT with REQUIRETLS", "It is a parameter of MAIL alone.",
           Stage::mail, {rcpt("REQUIRETLS", "5xx")}, "REQUIRETLS", Opening::secure),
  };
}

}  // namespace quoth::conform::cases
