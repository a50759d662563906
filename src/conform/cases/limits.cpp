// What must at least be taken, and what happens beyond it (RFC 5321 §4.5.3).
#include <cstddef>
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

constexpr std::size_t max_command_octets = 512;  // with CRLF, RFC 5321 §4.5.3.1.4

/// NOOP with an argument, so that the line has so many octets with its CRLF.
std::string noop_of(std::size_t octets) { return "NOOP " + run_of('x', octets - 7); }

/// Wherever a buffer of a multiple of 512 octets ends, a NOOP begins.
std::string hidden_noops() {
  std::string result;
  for (int i = 0; i < 16; ++i) result += noop_of(max_command_octets + 2);
  return result + "NOOP";
}

std::string received_fields(std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) {
    result += "Received: from a.example.org by b.example.org; Sun, 22 Nov 2026 12:00:00 +0000\r\n";
  }
  return result;
}

Steps bad_commands(std::size_t count) {
  Steps steps(count, say("XCONFORM", "5xx|421|end"));
  steps.push_back(say("XCONFORM", "421|end"));
  return steps;
}

Cases lines() {
  return {
      {"limits.line-512",
       must,
       "RFC 5321 §4.5.3.1.4",
       "A command of 512 octets",
       "512 octets with the CRLF are the least that must be taken.",
       Stage::hello,
       {say(noop_of(max_command_octets), "250")}},
      {"limits.line-513",
       must,
       "RFC 5321 §4.5.3.1.4",
       "A command of 513 octets, and the next one",
       "It may be taken or refused (500); the line behind it is a command of its own.",
       Stage::hello,
       {say(noop_of(max_command_octets + 1), "250|5xx"), say("NOOP", "250")}},
      {"limits.line-2000",
       must,
       "RFC 5321 §4.5.3.1.9",
       "A command of 2,000 octets, and the next one",
       "It may be taken or refused (500); its rest must not be taken for another command.",
       Stage::hello,
       {say(noop_of(2000), "250|5xx|421|end"), say("RSET", "250|end"), say("NOOP", "250|end")}},
      {"limits.line-64k",
       must,
       "RFC 5321 §4.5.3.1.9",
       "A command of 64 KiB, and the next one",
       "It may be taken, refused (500), or end the session; its rest must not become a command.",
       Stage::hello,
       {say(noop_of(65536), "250|5xx|421|end"), say("RSET", "250|end"), say("NOOP", "250|end")}},
      {"limits.hidden-command",
       security,
       "RFC 5321 §4.5.3.1.9",
       "The rest of a line that is too long is no command",
       "A server that cuts lines at its buffer's size runs what stands behind the cut.",
       Stage::hello,
       // A reply to a hidden NOOP would be taken for that to XCONFORM.
       {say(hidden_noops(), "250|5xx|421|end"), say("XCONFORM", "5xx|end"),
        say("NOOP", "250|end")}},
      {"limits.no-line-end",
       must,
       "RFC 5321 §4.5.3.1.9",
       "A megabyte without a line end",
       "500, 421 or the end; and others are served meanwhile.",
       Stage::hello,
       {raw(run_of('x', 1 << 20)), alive(), say("", "500|5xx|421|end")}},
      {"limits.path-256",
       must,
       "RFC 5321 §4.5.3.1.3",
       "A path of 256 octets gets a clear answer",
       "256 octets are the most of a path; the address may be refused, but the line is no error.",
       Stage::hello,
       {say("MAIL FROM:<" + run_of('a', 64) + "@" + run_of('b', 63) + "." + run_of('c', 63) + "." +
                run_of('d', 57) + ".org>",
            "250|4xx|501|55x")}},
      {"limits.path-1000",
       must,
       "RFC 5321 §4.5.3.1.3",
       "A local part of 1,000 octets is no danger",
       "It may be refused, and the session goes on.",
       Stage::hello,
       {say("MAIL FROM:<" + run_of('a', 1000) + "@example.org>", "250|5xx|421|end"),
        say("NOOP", "250|end")}},
      {"limits.domain-1000",
       must,
       "RFC 5321 §4.5.3.1.2",
       "A domain of 1,000 octets is no danger",
       "It may be refused, and the session goes on.",
       Stage::hello,
       {say("{hello} " + run_of('a', 1000) + ".example.org", "250|5xx|421|end"),
        say("NOOP", "250|end")}},
  };
}

Cases counts() {
  return {
      {"limits.errors", should, "RFC 5321 §7.8", "Bad commands without end get 421",
       "A server may end a session that brings nothing but errors; good ones do.", Stage::hello,
       bad_commands(150)},
      {"limits.noops", should, "RFC 5321 §4.1.1.9", "Fifty NOOPs",
       "They are no errors. A server that has enough of them says 421.", Stage::hello,
       Steps(50, say("NOOP", "250"))},
      {"limits.header-100k",
       should,
       "RFC 5321 §4.5.3.1.7",
       "A header section of 100 KiB",
       "It may be taken or refused behind the end of the text, and the session goes on.",
       Stage::data,
       {raw("X-Conform: " + run_of('x', 89) + "\r\n").times(1024), text("x\r\n", "250|5xx"),
        say("NOOP", "250")}},
      {"limits.many-lines",
       must,
       "RFC 5321 §4.5.3.1.7",
       "Ten thousand short lines",
       "A message may have any number of lines.",
       Stage::data,
       {raw(message("")), raw("x\r\n").times(10'000), say(".", "250|552").deciding()},
       "",
       {Stored::Rule::as_decided, "x\nx\n", ""}},
      {"limits.received-40",
       should,
       "RFC 5321 §6.3",
       "A message with 40 Received fields is taken",
       "Lists and gateways add up; at least 100 hops should be allowed.",
       Stage::data,
       {say(received_fields(40) + message("x\r\n") + ".", "250").deciding()}},
      {"limits.received-98",
       should,
       "RFC 5321 §6.3",
       "A message with 98 Received fields is taken",
       "A threshold normally is at least 100 Received fields.",
       Stage::data,
       {say(received_fields(98) + message("x\r\n") + ".", "250").deciding()}},
      {"limits.received-200",
       should,
       "RFC 5321 §6.3",
       "A message with 200 Received fields is refused",
       "It goes round in circles, and each round adds to it.",
       Stage::data,
       {say(received_fields(200) + message("x\r\n") + ".", "5xx").deciding()}},
      {"limits.sessions", should, "RFC 5321 §4.5.4.2", "Ten sessions, one after the other",
       "A client may come again.", Stage::greeted,
       [] {
         Steps steps;
         for (int i = 0; i < 10; ++i) {
           steps.push_back(say("QUIT", "221"));
           steps.push_back(reconnect());
           steps.push_back(reply("220"));
         }
         return steps;
       }()},
  };
}

}  // namespace

Cases limits() {
  Cases all = lines();
  for (Case& each : counts()) all.push_back(std::move(each));
  return all;
}

}  // namespace quoth::conform::cases
