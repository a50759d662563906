// Octets that want to become a header field, a reply, a line of a log, or a program.
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using enum Level;

constexpr const char* field = "X-Conform-Injected:";

/// `line` may be refused. If it is taken, a whole message is sent, and looked at for the field.
Case in_hello(std::string name, std::string title, std::string argument) {
  return {
      "injection.hello-" + std::move(name),
      security,
      "RFC 5321 §4.1.1.1",
      std::move(title),
      "The name goes into the Received field, where it must stay inside of its line.",
      Stage::greeted,
      {say("{hello} " + std::move(argument), "250|5xx|end").refusable(), mail("", "250").given(),
       rcpt("", "250|251").given(), say("DATA", "354").given(), text("x\r\n", "250|5xx")},
      "",
      {Stored::Rule::not_looked_at, "", ""}};
}

Case refused(std::string name, std::string title, Stage stage, std::string line, std::string why,
             std::string reference = "RFC 5321 §4.1.2") {
  return {"injection." + std::move(name),
          security,
          std::move(reference),
          std::move(title),
          std::move(why),
          stage,
          {say(std::move(line), "5xx|end"), say("NOOP", "250|end")}};
}

/// The server takes `line` only if it takes any local part, and then it is not judged.
Case unknown(std::string name, std::string title, std::string path, std::string why,
             std::string reference) {
  return {"injection." + std::move(name),
          security,
          std::move(reference),
          std::move(title),
          std::move(why),
          Stage::mail,
          {say("RCPT TO:<{unknown}>", "4xx|5xx").given(),
           say("RCPT TO:" + std::move(path), "4xx|5xx|end"), say("NOOP", "250|end")},
          "domain unknown"};
}

Cases in_local_parts() {
  return {
      unknown("expansion", "A recipient that is a template", "<${run{/bin/true}}@{domain}>",
              "Whoever expands it runs a stranger's program.", "CVE-2019-10149"),
      unknown("traversal", "A recipient that is a path", "<\"../../../../tmp/x\"@{domain}>",
              "A mailbox name must not lead out of the folder of mailboxes.", "RFC 5321 §4.1.2"),
      unknown("pipe", "A recipient that is a program", "<\"|/bin/true\"@{domain}>",
              "Sendmail's notation for programs must not come from outside.", "RFC 5321 §7.9"),
  };
}

Cases in_paths() {
  const std::string control =
      "Control characters stand in no path; log files and programs trip on them.";
  return {
      refused("mail-nul", "NUL in a sender", Stage::hello,
              "MAIL FROM:<a" + "\0"s + "b@example.org>", control),
      refused("mail-cr", "CR in a sender", Stage::hello, "MAIL FROM:<a\rb@example.org>", control),
      refused("mail-tab", "HT in a sender", Stage::hello, "MAIL FROM:<a\tb@example.org>", control),
      refused("mail-escape", "ESC in a sender", Stage::hello, "MAIL FROM:<a\x1b[31mb@example.org>",
              control),
      refused("mail-quoted-nul", "NUL in a quoted local part", Stage::hello,
              "MAIL FROM:<\"a" + "\0"s + "b\"@example.org>",
              "qtextSMTP and quoted-pairSMTP end at %d32."),
      refused("mail-domain-nul", "NUL in a sender's domain", Stage::hello,
              "MAIL FROM:<a@example.org" + "\0"s + ".example.net>",
              "A domain that is cut at NUL is another one."),
      refused("rcpt-nul", "NUL in a recipient", Stage::mail,
              "RCPT TO:<postmaster" + "\0"s + "x@example.org>", control),
      refused("rcpt-cr", "CR in a recipient", Stage::mail, "RCPT TO:<post\rmaster@example.org>",
              control),
      refused("rcpt-escape", "ESC in a recipient", Stage::mail,
              "RCPT TO:<\x1b]0;x\x07@example.org>", control),
      refused("shell", "A sender that is a line for the shell", Stage::hello,
              "MAIL FROM:<;sleep 66;>", "It has no domain, and ; stands in no atom.",
              "CVE-2020-7247"),
  };
}

Cases in_replies() {
  const std::string why = "What a client sent must not become a line of its own in a reply.";
  const auto echoed = [&why](std::string name, std::string title, Stage stage, std::string line) {
    return Case{
        "injection.reply-" + std::move(name),
        security,
        "RFC 5321 §4.2",
        std::move(title),
        why,
        stage,
        // Whoever ends lines at LF answers the second one, too, but not by what it says.
        {say(std::move(line), "2xx|4xx|5xx|end").lacking("\n250 injected").with(Look::no_bare_cr),
         say("NOOP", "250|5xx|221|end").lacking("\n250 injected").with(Look::no_bare_cr)}};
  };
  const auto terminal = [](std::string name, std::string title, Stage stage, std::string line) {
    return Case{"injection.terminal-" + std::move(name),
                security,
                "RFC 5321 §4.2",
                std::move(title),
                "A reply has no control characters, whatever was asked.",
                stage,
                {say(std::move(line), "2xx|4xx|5xx|end").lacking("\x1b")}};
  };
  return {
      echoed("hello-cr", "CR and a reply in EHLO's name", Stage::greeted,
             "{hello} a\r250 injected"),
      echoed("hello-lf", "LF and a reply in EHLO's name", Stage::greeted,
             "{hello} a\n250 injected"),
      echoed("verb-lf", "LF and a reply behind an unknown verb", Stage::hello,
             "XCONFORM\n250 injected"),
      echoed("mail-lf", "LF and a reply in a sender", Stage::hello,
             "MAIL FROM:<a\n250 injected@example.org>"),
      echoed("rcpt-lf", "LF and a reply in a recipient", Stage::mail,
             "RCPT TO:<\"a\n250 injected\"@example.org>"),
      echoed("vrfy-lf", "LF and a reply in VRFY", Stage::hello, "VRFY a\n250 injected"),
      terminal("hello", "ESC in EHLO's name is not sent back", Stage::greeted, "{hello} a\x1b[2Jb"),
      terminal("verb", "ESC in an unknown verb is not sent back", Stage::hello, "X\x1b[2J"),
      terminal("rcpt", "ESC in a recipient is not sent back", Stage::mail,
               "RCPT TO:<a\x1b[2Jb@example.org>"),
      terminal("vrfy", "ESC in VRFY is not sent back", Stage::hello, "VRFY a\x1b[2Jb"),
  };
}

Cases in_headers() {
  Cases all{
      in_hello("cr", "CR and a field in EHLO's name", std::string{"a\r"} + field + " {mark}"),
      in_hello("lf", "LF and a field in EHLO's name", std::string{"a\n"} + field + " {mark}"),
      in_hello("nul", "NUL in EHLO's name", "a" + "\0"s + "b"),
      in_hello("high", "Octets above 127 in EHLO's name", "a\xff\xfe.example.org"),
      in_hello("parenthesis", "A comment in EHLO's name", "a)b.example.org"),
  };
  for (Case& each : all) {
    each.stored = {Stored::Rule::as_decided, "", std::string{"\n"} + field};
  }
  all.push_back(in_hello("cr-kept", "CR in EHLO's name does not go into the Received field",
                         std::string{"a\r"} + field + " {mark}"));
  all.back().stored = {Stored::Rule::as_decided, "", std::string{"\r"} + field};
  all.push_back(
      {"injection.envid",
       security,
       "RFC 3461 §4.4",
       "CRLF in xtext injects nothing",
       "Decoded, ENVID is data, and no line of a header section.",
       Stage::hello,
       {mail(std::string{"ENVID=a+0D+0A"} + field + "x", "250|5xx").refusable(),
        rcpt("", "250|251").given(), say("DATA", "354").given(), text("x\r\n", "250|5xx")},
       "DSN",
       {Stored::Rule::as_decided, "", std::string{"\n"} + field}});
  return all;
}

}  // namespace

Cases injection() {
  Cases all;
  for (const auto& part : {in_headers, in_replies, in_paths, in_local_parts}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
