// What LMTP has of its own (RFC 2033).
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

Case lmtp_case(std::string name, Level level, std::string reference, std::string title, Stage stage,
               Steps steps, std::string why, std::string needs = "lmtp") {
  return {"lmtp." + std::move(name), level,           std::move(reference),
          std::move(title),          std::move(why),  stage,
          std::move(steps),          std::move(needs)};
}

}  // namespace

Cases lmtp() {
  const std::string each =
      "Behind the text comes one reply for each recipient that was taken, in order.";
  const std::string hello = "LHLO takes their place; a server must refuse them.";
  return {
      lmtp_case("no-helo", must, "RFC 2033 §4.1", "HELO is refused", Stage::greeted,
                {say("HELO conform.example.org", "5xx")}, hello),
      lmtp_case("no-ehlo", must, "RFC 2033 §4.1", "EHLO is refused", Stage::greeted,
                {say("EHLO conform.example.org", "5xx")}, hello),
      lmtp_case("no-lhlo-in-smtp", must, "RFC 2033 §4.1", "LHLO is refused in SMTP", Stage::greeted,
                {say("LHLO conform.example.org", "5xx")},
                "A client must be able to tell the two apart.", "smtp"),
      lmtp_case("lhlo-case", must, "RFC 5321 §2.4", "lhlo in lower case", Stage::greeted,
                {say("lhlo conform.example.org", "250")}, "Verbs are not case sensitive."),
      lmtp_case("pipelining", must, "RFC 2033 §5", "PIPELINING is offered", Stage::greeted,
                {say("LHLO conform.example.org", "250").containing("PIPELINING")},
                "An LMTP server must implement PIPELINING."),
      lmtp_case("enhanced", must, "RFC 2033 §5", "ENHANCEDSTATUSCODES is offered", Stage::greeted,
                {say("LHLO conform.example.org", "250").containing("ENHANCEDSTATUSCODES")},
                "An LMTP server must implement ENHANCEDSTATUSCODES."),
      lmtp_case("8bitmime", should, "RFC 2033 §5", "8BITMIME is offered", Stage::greeted,
                {say("LHLO conform.example.org", "250").containing("8BITMIME")},
                "An LMTP server should implement 8BITMIME."),
      lmtp_case("mail-first", should, "RFC 2033 §4.1", "MAIL before LHLO: 503", Stage::greeted,
                {mail("", "503|5xx")}, "A session begins with LHLO."),
      lmtp_case("data-without-rcpt", must, "RFC 2033 §4.2", "DATA without a recipient: 503",
                Stage::mail, {say("DATA", "503")},
                "If all RCPT failed, DATA must be refused by 503: no reply could follow the text."),
      lmtp_case("one", must, "RFC 2033 §4.2", "One recipient, one reply", Stage::data,
                {text("x\r\n", "250"), say("NOOP", "250")}, each),
      lmtp_case("two", must, "RFC 2033 §4.2", "Two recipients, two replies", Stage::rcpt,
                {say("RCPT TO:<Postmaster>", "250|251").given(), say("DATA", "354"),
                 text("x\r\n", "250|4xx|5xx"), reply("250|4xx|5xx"), say("QUIT", "221"), end()},
                each),
      lmtp_case("equal", must, "RFC 2033 §4.2", "Three recipients, two of them equal", Stage::rcpt,
                {say("RCPT TO:<Postmaster>", "250|251").given(), rcpt("", "250|251"),
                 say("DATA", "354"), text("x\r\n", "250|4xx|5xx"), reply("250|4xx|5xx"),
                 reply("250|4xx|5xx"), say("QUIT", "221"), end()},
                "One reply for each RCPT that succeeded, also where they name the same mailbox."),
      lmtp_case("refused", must, "RFC 2033 §4.2",
                "A refused recipient gets no reply behind the text", Stage::rcpt,
                {say("RCPT TO:", "5xx"), say("DATA", "354"), text("x\r\n", "250|4xx|5xx"),
                 say("QUIT", "221"), end()},
                each),
      lmtp_case("pipelined", must, "RFC 2033 §4.2", "Replies for two, with the next group behind",
                Stage::rcpt,
                {say("RCPT TO:<Postmaster>", "250|251").given(), say("DATA", "354"),
                 raw(message("x\r\n") + ".\r\nRSET\r\nQUIT\r\n"), reply("250|4xx|5xx"),
                 reply("250|4xx|5xx"), reply("250"), reply("221"), end()},
                each),
      lmtp_case("bdat", must, "RFC 2033 §4.2", "Replies for two behind BDAT LAST", Stage::rcpt,
                {say("RCPT TO:<Postmaster>", "250|251").given(),
                 raw("BDAT 14 LAST\r\nSubject: x\r\n\r\n"), reply("250|4xx|5xx"),
                 reply("250|4xx|5xx"), say("QUIT", "221"), end()},
                each, "lmtp CHUNKING"),
      lmtp_case("bdat-between", must, "RFC 2033 §4.2", "One reply behind BDAT without LAST",
                Stage::rcpt,
                {say("RCPT TO:<Postmaster>", "250|251").given(),
                 raw("BDAT 14\r\nSubject: x\r\n\r\n"), reply("250"), say("RSET", "250")},
                "Only the last chunk is answered for each recipient.", "lmtp CHUNKING"),
  };
}

}  // namespace quoth::conform::cases
