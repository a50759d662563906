// AUTH (RFC 4954): the command, its exchange, PLAIN and LOGIN.
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"
#include "core/base64.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using enum Level;

constexpr const char* section = "RFC 4954 §4";
constexpr const char* refused = "535|5xx|454";

/// Over TLS, if there is TLS.
Case safe(std::string name, Level level, std::string reference, std::string title, std::string why,
          Stage stage, Steps steps, std::string needs = "AUTH") {
  Case result{"auth." + std::move(name), level,           std::move(reference),
              std::move(title),          std::move(why),  stage,
              std::move(steps),          std::move(needs)};
  result.opening = Opening::safest;
  result.is_stranger = true;
  return result;
}

Step plain(std::string_view message, std::string codes) {
  return say("AUTH PLAIN " + encode_base64(message), std::move(codes));
}

Cases the_command() {
  const std::string in_step = "The dialogue goes on, whatever became of the exchange.";
  return {
      safe("listed", must, "RFC 4954 §3", "AUTH is listed with its mechanisms",
           "A client chooses from the list.", Stage::greeted,
           {say("{hello} conform.example.org", "250").containing("AUTH ").with(Look::ehlo_lines)}),
      safe("unknown-mechanism", must, section, "AUTH with an unknown mechanism is refused",
           "Nobody can log in by it.", Stage::hello,
           {say("AUTH XCONFORM", "5xx"), say("NOOP", "250")}),
      safe("unknown-mechanism-504", should, section, "AUTH with an unknown mechanism: 504",
           "504 tells a client to try another one.", Stage::hello, {say("AUTH XCONFORM", "504")}),
      safe("long-mechanism", must, "RFC 4422 §3.1", "A mechanism's name of 200 octets",
           "It has at most 20.", Stage::hello,
           {say("AUTH " + run_of('A', 200), "5xx"), say("NOOP", "250")}),
      safe("odd-mechanism", must, "RFC 4422 §3.1", "A mechanism's name of other characters",
           "It becomes the name of a plugin or a file somewhere.", Stage::hello,
           {say("AUTH ../../PLAIN", "5xx"), say("NOOP", "250")}),
      safe("no-argument", must, section, "AUTH without a mechanism: 501", "It wants one.",
           Stage::hello, {say("AUTH", "501|5xx"), say("NOOP", "250")}),
      safe("before-hello", should, section, "AUTH before EHLO: 503",
           "A client cannot know yet that there is AUTH.", Stage::greeted,
           {say("AUTH PLAIN", "503|5xx")}),
      safe("in-transaction", must, section, "AUTH in a transaction: 503",
           "AUTH is not permitted during a mail transaction.", Stage::mail,
           {say("AUTH PLAIN AGEAYg==", "503|50x|530|538"), rcpt("", "250|251")}),
      safe("cancel-plain", must, section, "PLAIN, cancelled: 501",
           "A client that sends * has given up, and must get 501.", Stage::hello,
           {say("AUTH PLAIN", "334"), say("*", "501"), say("NOOP", "250")}, "AUTH=PLAIN"),
      safe("cancel-login", must, section, "LOGIN, cancelled: 501",
           "A client that sends * has given up, and must get 501.", Stage::hello,
           {say("AUTH LOGIN", "334"), say("*", "501"), say("NOOP", "250")}, "AUTH=LOGIN"),
      safe("cancel-scram", must, section, "SCRAM, cancelled: 501",
           "A client that sends * has given up, and must get 501.", Stage::hello,
           {say("AUTH SCRAM-SHA-256", "334"), say("*", "501"), say("NOOP", "250")},
           "AUTH=SCRAM-SHA-256"),
      safe("cancel-then-again", must, section, "A cancelled exchange, and another", in_step,
           Stage::hello,
           {say("AUTH PLAIN", "334").given(), say("*", "5xx").given(), say("AUTH PLAIN", "334"),
            say("*", "501")},
           "AUTH=PLAIN"),
      safe("challenge-space", must, section, "334 has its space, and nothing for PLAIN",
           "334 SP [base64] CRLF: many clients want the space, and decode what follows.",
           Stage::hello, {say("AUTH PLAIN", "334").containing("334 \r\n"), say("*", "501")},
           "AUTH=PLAIN"),
      safe("pieces", must, "RFC 5321 §2.3.8", "A response octet by octet",
           "A line ends with CRLF, not with a packet.", Stage::hello,
           {say("AUTH PLAIN", "334").given(), say("*", "501").in_pieces(1, 2ms)}, "AUTH=PLAIN"),
  };
}

Cases responses() {
  const std::string base64 = "A response that is no Base64 must get 501.";
  const auto initial = [&base64](std::string name, Level level, std::string title,
                                 std::string text) {
    return safe(std::move(name), level, section, std::move(title), base64, Stage::hello,
                {say("AUTH PLAIN " + std::move(text), "501|5xx"), say("NOOP", "250")},
                "AUTH=PLAIN");
  };
  const auto response = [](std::string name, Level level, std::string title, std::string text,
                           std::string why) {
    return safe(
        std::move(name), level, section, std::move(title), std::move(why), Stage::hello,
        {say("AUTH PLAIN", "334").given(), say(std::move(text), "501|5xx"), say("NOOP", "250")},
        "AUTH=PLAIN");
  };
  return {
      initial("bad-initial", must, "An initial response that is no Base64", "!!!!"),
      initial("initial-behind-padding", should, "Base64 behind the padding", "AGEAYg==AAAA"),
      initial("initial-no-padding", should, "Base64 without its padding", "AGEAYg"),
      initial("two-initials", should, "Two initial responses", "AGEAYg== AGEAYg=="),
      initial("empty-initial", must, "An initial response of no octets is one", "="),
      response("bad-response", must, "A response that is no Base64", "!!!!", base64),
      response("bad-response-501", should, "A response with a space in it", "AGEA Yg==", base64),
      response("equals-response", should, "= where a response belongs", "=",
               "Only an initial response of no octets is written so."),
      response("empty-response", must, "A response of no octets", "",
               "PLAIN wants a message, and this is none."),
      response("command-response", security, "A command in place of a response",
               "MAIL FROM:<{sender}>", "Until the exchange ends nothing is a command."),
      safe("long-response", should, section, "A response of 20000 octets: 500",
           "12288 octets must be enough for everybody.", Stage::hello,
           {say("AUTH PLAIN", "334").given(), say(run_of('A', 20000), "500|5xx|end"),
            say("NOOP", "250|5xx|end")},
           "AUTH=PLAIN"),
      safe("endless-response", security, section, "A response without an end",
           "What is read without bound fills the memory of others.", Stage::hello,
           {say("AUTH PLAIN", "334").given(), raw(run_of('A', 65536)).times(64),
            say("", "500|5xx|end"), alive()},
           "AUTH=PLAIN"),
      safe("half-response", must, section, "The end in the middle of a response",
           "A client that goes leaves nothing behind.", Stage::hello,
           {say("AUTH PLAIN", "334").given(), raw("AGEA"), half_close(), end()}, "AUTH=PLAIN"),
  };
}

/// Messages of PLAIN that nobody may log in by.
Cases messages() {
  const std::string grammar = "RFC 4616 §2";
  const auto message = [](std::string name, std::string reference, std::string title,
                          std::string_view octets, std::string why) {
    return safe(std::move(name), security, std::move(reference), std::move(title), std::move(why),
                Stage::hello, {plain(octets, refused), say("NOOP", "250|end")}, "AUTH=PLAIN");
  };
  return {
      message("plain-no-nul", grammar, "PLAIN without NUL", "user",
              "[authzid] NUL authcid NUL passwd."),
      message("plain-one-nul", grammar, "PLAIN with one NUL", "user\0password"s,
              "[authzid] NUL authcid NUL passwd."),
      message("plain-three-nuls", grammar, "PLAIN with three NULs", "\0user\0pass\0word"s,
              "A password that is cut at NUL is another one."),
      message("plain-no-user", grammar, "PLAIN without a user", "\0\0password"s,
              "authcid = 1*SAFE."),
      message("plain-no-password", grammar, "PLAIN without a password", "\0quoth-conform-nobody\0"s,
              "passwd = 1*SAFE; to a directory it would mean that nobody logs in, with success."),
      message("plain-bad-utf8", grammar, "PLAIN with octets that are no UTF-8", "\0\xff\xfe\0x"s,
              "Names are UTF-8."),
      message("plain-lines", grammar, "PLAIN with CRLF in the name", "\0a\r\n250 injected\r\nb\0x"s,
              "A name must not become a line of a log or a request."),
      message("plain-filter", "RFC 4515 §3", "PLAIN with an LDAP filter as the name",
              "\0*)(uid=*\0x"s, "What a client sent is data to a directory, and no filter."),
      message("plain-quotes", "RFC 4954 §9", "PLAIN with SQL as the name", "\0x' OR '1'='1\0x"s,
              "What a client sent is data to a data base, and no statement."),
  };
}

Cases in_clear() {
  const std::string why = "Whoever listens has the password, and need not be asked for it twice.";
  const std::string codes = "538|530|523|504|534|500|502|503|550|554";
  const auto clear = [&why](std::string name, std::string title, Stage stage, Steps steps) {
    Case result = safe(std::move(name), security, section, std::move(title), why, stage,
                       std::move(steps), "tls");
    result.opening = Opening::clear;
    return result;
  };
  return {
      clear("clear-listed", "Neither PLAIN nor LOGIN is listed in the clear", Stage::greeted,
            {say("{hello} conform.example.org", "250").with(Look::no_passwords)}),
      clear("clear-plain", "PLAIN in the clear is refused", Stage::hello,
            {say("AUTH PLAIN", codes), say("NOOP", "250")}),
      clear("clear-plain-initial", "PLAIN in the clear is refused unseen", Stage::hello,
            {say("AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=", codes), say("NOOP", "250")}),
      clear("clear-login", "LOGIN in the clear is refused", Stage::hello,
            {say("AUTH LOGIN", codes), say("NOOP", "250")}),
      clear("clear-forgotten", "LOGIN in the clear, its rest behind STARTTLS", Stage::hello,
            {say("AUTH LOGIN", "334").given(), say("*", "501|5xx").given(),
             say("STARTTLS", "220").given(), start_tls(), say("{hello} conform.example.org", "250"),
             say("NOOP", "250")}),
  };
}

Cases parameters_of_mail() {
  const std::string fifth = "RFC 4954 §5";
  return {
      safe("mail-null", extension, fifth, "MAIL with AUTH=<>",
           "It says that the sender is not authenticated.", Stage::hello,
           {mail("AUTH=<>", "250|53x|55x")}),
      safe("mail-xtext", extension, fifth, "MAIL with AUTH=e+3Dmc2@example.org",
           "Whom nobody trusts may say so all the same.", Stage::hello,
           {mail("AUTH=e+3Dmc2@example.org", "250|53x|55x")}),
      safe("mail-bad-xtext", extension, fifth, "MAIL with AUTH=a+A", "The mailbox is xtext.",
           Stage::hello, {mail("AUTH=a+A", "501|5xx")}),
      safe("mail-xtext-lines", security, fifth,
           "MAIL with CRLF in AUTH=", "Decoded, it is no mailbox.", Stage::hello,
           {mail("AUTH=a+0D+0Ab@example.org", "5xx|250").lacking("\nb@"), say("RSET", "250")}),
      safe("mail-no-value", extension, fifth, "MAIL with AUTH", "It wants a value.", Stage::hello,
           {mail("AUTH", "501|5xx")}),
  };
}

}  // namespace

Cases auth() {
  Cases all;
  for (const auto& part :
       {the_command, responses, messages, in_clear, parameters_of_mail, logins}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
