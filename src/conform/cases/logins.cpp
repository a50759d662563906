// Logins by PLAIN and LOGIN that succeed or fail, and mail behind them: what --user is for.
#include <chrono>
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::chrono_literals;
using enum Level;

constexpr const char* section = "RFC 4954 §4";
constexpr const char* refused = "535|5xx|454";

Step log_in() { return say("AUTH PLAIN {plain}", "235").given(); }

Case make(std::string id, Level level, std::string reference, std::string title, std::string why,
          Steps steps, std::string needs = "user AUTH=PLAIN") {
  Case result{std::move(id),  level,        std::move(reference), std::move(title),
              std::move(why), Stage::hello, std::move(steps),     std::move(needs)};
  result.opening = Opening::safest;
  result.is_stranger = true;
  return result;
}

Cases right() {
  const std::string works = "This is what it is for.";
  const std::string once = "After success no more AUTH may be issued in the same session.";
  return {
      make("auth.plain", must, section, "PLAIN with an initial response", works,
           {say("AUTH PLAIN {plain}", "235"), say("NOOP", "250")}),
      make("auth.plain-response", must, section, "PLAIN with a response", works,
           {say("AUTH PLAIN", "334"), say("{plain}", "235"), say("NOOP", "250")}),
      make("auth.login", must, section, "LOGIN", works,
           {say("AUTH LOGIN", "334"), say("{user64}", "334"), say("{password64}", "235")},
           "user AUTH=LOGIN"),
      make("auth.login-initial", should, section, "LOGIN with an initial response",
           "Some clients send the name so.",
           {say("AUTH LOGIN {user64}", "334"), say("{password64}", "235")}, "user AUTH=LOGIN"),
      make("auth.enhanced", should, "RFC 4954 §6", "Success has an enhanced code",
           "235 2.7.0 is the reply to success.",
           {say("AUTH PLAIN {plain}", "235").with(Look::enhanced)},
           "user AUTH=PLAIN ENHANCEDSTATUSCODES"),
      make("auth.twice", must, section, "AUTH after success: 503", once,
           {log_in(), say("AUTH PLAIN {plain}", "503|5xx"), say("NOOP", "250")}),
      make("auth.twice-rset", must, section, "AUTH after success and RSET: 503", once,
           {log_in(), say("RSET", "250"), say("AUTH PLAIN {plain}", "503|5xx")}),
      make("auth.twice-hello", must, section, "AUTH after success and EHLO: 503", once,
           {log_in(), say("{hello} conform.example.org", "250"),
            say("AUTH PLAIN {plain}", "503|5xx")}),
      make("auth.then-mail", must, section, "MAIL after success, without EHLO",
           "PLAIN has no security layer: EHLO is still in force.", {log_in(), mail("", "250")}),
      make("auth.then-starttls", should, "RFC 3207 §4", "STARTTLS behind TLS and a login: 503",
           "TLS is there.", {log_in(), say("STARTTLS", "503|5xx"), say("NOOP", "250")},
           "user AUTH=PLAIN tls"),
  };
}

Cases wrong() {
  const std::string no = "Nobody may log in with what is not the password.";
  return {
      make("auth.wrong-password", security, section, "A wrong password is refused", no,
           {say("AUTH PLAIN {plain-wrong}", refused), say("NOOP", "250|end")}),
      make("auth.wrong-password-535", should, "RFC 4954 §6", "A wrong password: one 535",
           "535 is the code for it, and one reply is enough.",
           {say("AUTH PLAIN {plain-wrong}", "535"), silence(100ms), say("NOOP", "250")}),
      make("auth.wrong-then-right", must, section, "A wrong password, then the right one",
           "A person may mistype.",
           {say("AUTH PLAIN {plain-wrong}", "5xx|454").given(), say("AUTH PLAIN {plain}", "235")}),
      make("auth.wrong-login", security, section, "A wrong password by LOGIN is refused", no,
           {say("AUTH LOGIN", "334"), say("{user64}", "334"), say("{wrong64}", refused)},
           "user AUTH=LOGIN"),
      make("auth.unknown-user", security, "RFC 4954 §9",
           "An unknown user gets what a wrong password gets",
           "Else whoever asks learns which names there are.",
           {say("AUTH PLAIN {plain-wrong}", "5xx|454").given(),
            say_same("AUTH PLAIN {plain-nobody}", refused)}),
      make("auth.password-nul", security, "RFC 4616 §2", "The password, NUL, and more", no,
           {say("AUTH PLAIN {plain-nul}", refused)}),
      make("auth.as-other", security, "RFC 4616 §3", "The right password, to act as somebody else",
           "Who may act as whom is the server's to say; nobody may act as one who is not there.",
           {say("AUTH PLAIN {plain-as-other}", "5xx|454")}),
      make("auth.wrong-then-mail", security, "RFC 6409 §4.3", "A failed login opens nothing",
           "MAIL wants a login that has succeeded.",
           {say("AUTH PLAIN {plain-wrong}", "5xx|454").given(), mail("", "530|5xx")},
           "user AUTH=PLAIN submission"),
  };
}

Case relay(std::string name, std::string title, Steps before, std::string codes, Level level) {
  before.push_back(mail("", "250").given());
  before.push_back(say("RCPT TO:<victim@relay-test.example.net>", std::move(codes)));
  return make("submission." + std::move(name), level, "RFC 6409 §6.1", std::move(title),
              "A login, and nothing less, opens the way to the world.", std::move(before),
              "user AUTH=PLAIN submission");
}

Cases sending() {
  const std::string other = "MAIL FROM:<quoth-conform-other@{sender-domain}>";
  const std::string own = "Whoever has logged in must not write in the name of others.";
  Case received =
      make("submission.received-with", should, "RFC 3848 §1", "The Received field says ESMTPSA",
           "Whoever looks for who sent it goes by it.",
           {log_in(), mail("", "250").given(), rcpt("", "250|251").given(),
            say("DATA", "354").given(), text("x\r\n", "250")});
  received.opening = Opening::secure;
  received.stored = {Stored::Rule::as_decided, "with ESMTPSA", ""};
  const std::string wants = "Submission wants a login before MAIL.";
  return {
      received,
      make("submission.mail-first", must, "RFC 6409 §4.3", "MAIL without a login: 530", wants,
           {mail("", "530|5xx")}, "submission"),
      make("submission.null-first", must, "RFC 6409 §4.3", "MAIL from <> without a login", wants,
           {say("MAIL FROM:<>", "530|5xx")}, "submission"),
      make("submission.forged-login", security, "RFC 4954 §5", "MAIL with AUTH= is no login",
           "The parameter says who wrote a message, and proves nothing.",
           {say("MAIL FROM:<{sender}> AUTH={sender}", "530|5xx")}, "submission"),
      make("submission.quit-first", must, "RFC 5321 §4.1.1.10", "QUIT without a login",
           "NOOP, RSET and QUIT are for everybody.",
           {say("NOOP", "250"), say("RSET", "250"), say("QUIT", "221")}, "submission"),
      relay("relay", "A foreign recipient after a login", {log_in()}, "250|251|4xx", should),
      relay("relay-rset", "A foreign recipient after a login and RSET",
            {log_in(), say("RSET", "250")}, "250|251|4xx", should),
      relay("no-relay", "A foreign recipient after a login that failed",
            {say("AUTH PLAIN {plain-wrong}", "5xx|454").given()}, "5xx|4xx|end", security),
      make("submission.other-sender", security, "RFC 6409 §6.1", "A sender of somebody else", own,
           {log_in(), say(other, "250|5xx").refusable(), rcpt("", "5xx")},
           "user AUTH=PLAIN own-sender"),
      make("submission.foreign-sender", security, "RFC 6409 §6.1", "A sender at a foreign domain",
           own,
           {log_in(), say("MAIL FROM:<ceo@relay-test.example.net>", "250|5xx").refusable(),
            rcpt("", "5xx")},
           "user AUTH=PLAIN own-sender"),
      make("submission.own-sender", must, "RFC 6409 §6.1", "The user's own sender",
           "This is what it is for.", {log_in(), mail("", "250"), rcpt("", "250|251")},
           "user AUTH=PLAIN own-sender"),
  };
}

}  // namespace

Cases logins() {
  Cases all = right();
  for (Case& each : wrong()) all.push_back(std::move(each));
  return all;
}

Cases submission() { return sending(); }

}  // namespace quoth::conform::cases
