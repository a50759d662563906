// XCLIENT and XFORWARD, of peers that are trusted, and of others.
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

Case make(std::string name, Level level, std::string title, std::string why, Stage stage,
          Steps steps, std::string needs) {
  Case result{"xclient." + std::move(name),
              level,
              "XCLIENT",
              std::move(title),
              std::move(why),
              stage,
              std::move(steps),
              std::move(needs)};
  result.is_stranger = true;
  return result;
}

Step hello() { return say("{hello} conform.example.org", "250"); }

Cases distrusted() {
  const std::string why =
      "Whoever may say who he is is a trusted network, or a user who has logged in.";
  const auto refused = [&why](std::string name, std::string title, std::string line) {
    return make("distrusted-" + std::move(name), security, std::move(title), why, Stage::hello,
                {say(std::move(line), "550|5xx"), say("NOOP", "250")}, "no-xclient");
  };
  return {
      make("not-listed", security, "EHLO lists neither XCLIENT nor XFORWARD for anybody", why,
           Stage::greeted, {hello().lacking("XCLIENT"), hello().lacking("XFORWARD")}, "no-xclient"),
      refused("address", "XCLIENT ADDR= from anybody: 550", "XCLIENT ADDR=127.0.0.1"),
      refused("name", "XCLIENT NAME= from anybody: 550", "XCLIENT NAME=localhost"),
      refused("login", "XCLIENT LOGIN= from anybody: 550", "XCLIENT LOGIN=postmaster"),
      refused("forward", "XFORWARD from anybody: 550", "XFORWARD ADDR=127.0.0.1"),
      make("distrusted-relay", security, "XCLIENT opens no way to the world", why, Stage::mail,
           {say("RCPT TO:<victim@relay-test.example.net>", "4xx|5xx").given(),
            say("RSET", "250").given(),
            say("XCLIENT ADDR=127.0.0.1 LOGIN=postmaster", "5xx").given(), mail("", "250").given(),
            say("RCPT TO:<victim@relay-test.example.net>", "4xx|5xx|end")},
           "no-xclient"),
      make("distrusted-first", security, "XCLIENT ahead of EHLO from anybody", why, Stage::greeted,
           {say("XCLIENT ADDR=127.0.0.1", "5xx")}, "no-xclient"),
  };
}

Cases good() {
  const std::string why = "The session begins anew, with a greeting.";
  const auto taken = [&why](std::string name, std::string title, std::string attributes,
                            Level level = must) {
    return make(std::move(name), level, std::move(title), why, Stage::hello,
                {say("XCLIENT " + std::move(attributes), "220"), hello(), mail("", "250")},
                "xclient");
  };
  Case received =
      make("received", must, "The Received field has what XCLIENT said", "It is the client's.",
           Stage::hello,
           {say("XCLIENT ADDR=192.0.2.9 HELO=xclient.conform.example.org", "220").given(), hello(),
            mail("", "250").given(), rcpt("", "250|251").given(), say("DATA", "354").given(),
            text("x\r\n", "250")},
           "xclient");
  received.stored = {Stored::Rule::as_decided, "192.0.2.9", ""};
  return {
      make("listed", must, "EHLO lists XCLIENT with its attributes", "The peer may use it.",
           Stage::greeted, {hello().containing("XCLIENT ").with(Look::ehlo_lines)}, "xclient"),
      taken("address", "XCLIENT with an IPv4 address", "ADDR=192.0.2.9"),
      taken("address-6", "XCLIENT with an IPv6 address", "ADDR=IPV6:2001:db8::9", should),
      taken("name", "XCLIENT with a name", "NAME=client.example.org ADDR=192.0.2.9"),
      taken("unavailable", "XCLIENT with what is not known",
            "NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE]"),
      taken("temporary", "XCLIENT with what is not known yet", "NAME=[TEMPUNAVAIL]"),
      taken("xtext", "XCLIENT with xtext", "NAME=client+2Eexample.org"),
      taken("lower-case", "xclient in lower case", "addr=192.0.2.9"),
      taken("protocol", "XCLIENT with PROTO, HELO and PORT",
            "PROTO=ESMTP HELO=client.example.org PORT=4711 ADDR=192.0.2.9"),
      make("hello-needed", should, "MAIL behind XCLIENT without EHLO: 503", why, Stage::hello,
           {say("XCLIENT ADDR=192.0.2.9", "220"), mail("", "503|5xx")}, "xclient"),
      make("twice", must, "XCLIENT twice",
           "The new client may be one that is not trusted; either way the session goes on.",
           Stage::hello,
           {say("XCLIENT ADDR=192.0.2.9", "220").given(), hello(),
            say("XCLIENT ADDR=192.0.2.10", "220|5xx"), hello()},
           "xclient"),
      received,
  };
}

Cases bad() {
  const auto broken = [](std::string name, std::string title, std::string attributes,
                         Level level = must) {
    const std::string space = attributes.empty() ? "" : " ";
    return make("bad-" + std::move(name), level, std::move(title),
                "Half of what a peer wanted to say is not what it wanted to say.", Stage::hello,
                {say("XCLIENT" + space + std::move(attributes), "501|5xx"), say("NOOP", "250")},
                "xclient");
  };
  const std::string in_mail = "It must not be sent in a mail transaction.";
  return {
      broken("none", "XCLIENT without attributes", ""),
      broken("no-value", "XCLIENT with a name alone", "ADDR"),
      broken("empty", "XCLIENT ADDR=", "ADDR=", should),
      broken("unknown", "XCLIENT with an unknown attribute", "XCONFORM=1"),
      broken("address", "XCLIENT with an address that is none", "ADDR=300.1.1.1"),
      broken("address-6", "XCLIENT with an IPv6 address without its prefix", "ADDR=2001:db8::9x"),
      broken("port", "XCLIENT with port 70000", "PORT=70000", should),
      broken("protocol", "XCLIENT with PROTO=HTTP", "PROTO=HTTP"),
      broken("xtext", "XCLIENT with xtext that is none", "NAME=a+ZZb"),
      broken("long", "XCLIENT with a name of 400 octets", "NAME=" + run_of('a', 400), should),
      broken("name-crlf", "CRLF in xtext of NAME", "NAME=a+0D+0AX-Conform-Injected:+20x", should),
      broken("helo-crlf", "CRLF in xtext of HELO", "HELO=a+0D+0AX-Conform-Injected:+20x", should),
      broken("name-nul", "NUL in xtext of NAME", "NAME=a+00b", should),
      broken("helo-controls", "Control characters in xtext of HELO", "HELO=a+1B[31mb", should),
      broken("login-lines", "CRLF in xtext of LOGIN", "LOGIN=a+0D+0AX-Conform-Injected:+20x",
             should),
      make("in-mail", must, "XCLIENT after MAIL: 503", in_mail, Stage::mail,
           {say("XCLIENT ADDR=192.0.2.9", "503|5xx"), rcpt("", "250|251")}, "xclient"),
      make("in-rcpt", must, "XCLIENT after RCPT: 503", in_mail, Stage::rcpt,
           {say("XCLIENT ADDR=192.0.2.9", "503|5xx"), say("DATA", "354")}, "xclient"),
  };
}

/// What is taken must still not leave its line.
Cases injections() {
  const auto tried = [](std::string name, std::string title, std::string attributes) {
    Case result = make("injects-" + std::move(name), security, std::move(title),
                       "What a peer says goes into the Received field, where it must stay inside "
                       "of its line.",
                       Stage::hello,
                       {say("XCLIENT " + std::move(attributes), "220|5xx").refusable(), hello(),
                        mail("", "250").given(), rcpt("", "250|251").given(),
                        say("DATA", "354").given(), text("x\r\n", "250|5xx")},
                       "xclient");
    result.stored = {Stored::Rule::as_decided, "", "\nX-Conform-Injected:"};
    return result;
  };
  return {
      tried("helo", "A field in HELO=, stored", "HELO=a+0D+0AX-Conform-Injected:+20x"),
      tried("login", "A field in LOGIN=, stored", "LOGIN=a+0D+0AX-Conform-Injected:+20x"),
      tried("name", "A field in NAME=, stored", "NAME=a+0D+0AX-Conform-Injected:+20x"),
  };
}

}  // namespace

Cases xclient() {
  Cases all;
  for (const auto& part : {distrusted, good, bad, injections}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
