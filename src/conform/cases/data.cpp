// The text of a message: what must arrive, and what must not change on its way.
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using enum Level;

/// A message that must be taken, and be stored with `stored` in it.
Case kept(std::string name, std::string title, std::string_view body, std::string stored,
          std::string why, std::string reference = "RFC 5321 §4.5.2") {
  return {"data." + std::move(name),
          must,
          std::move(reference),
          std::move(title),
          std::move(why),
          Stage::data,
          {text(body, "250")},
          "",
          {Stored::Rule::as_decided, std::move(stored), ""}};
}

Cases dots() {
  const std::string stuffed =
      "The first of the dots at the beginning of a line is there for the transfer alone.";
  Cases all{
      kept("dot-line", "A line that begins with two dots", "x\r\n..line\r\ny\r\n", "x\n.line\ny\n",
           stuffed),
      kept("dot-alone", "A line of two dots is a line of one", "x\r\n..\r\ny\r\n", "x\n.\ny\n",
           stuffed),
      kept("dot-three", "A line of three dots is a line of two", "x\r\n...\r\ny\r\n", "x\n..\ny\n",
           stuffed),
      kept("dot-unstuffed", "A dot that the client forgot to double", "x\r\n.line\r\ny\r\n",
           "x\nline\ny\n",
           "If the first character is a period and others follow, the first one is deleted."),
      kept("dot-inside", "Dots inside of a line stay", "a.b..c...\r\n", "a.b..c...\n", stuffed),
      kept("dot-last", "A stuffed dot in the last line", "x\r\n..\r\n", "x\n.\n", stuffed),
      kept("dot-run", "A line of 900 dots", run_of('.', 900) + "\r\n",
           "\n\n" + run_of('.', 899) + "\n", stuffed),
      kept("dot-space", "A dot and a space do not end the text", "x\r\n. \r\ny {mark}\r\n",
           "y {mark}", "Only a line of the dot alone ends the text."),
  };
  all.push_back({"data.dot-first",
                 must,
                 "RFC 5321 §4.5.2",
                 "The first line of the text begins with two dots",
                 stuffed,
                 Stage::data,
                 {say("..x{mark}: 1\r\n\r\nbody\r\n.", "250|5xx").deciding()},
                 "",
                 {Stored::Rule::as_decided, ".x{mark}", "..x{mark}"}});
  return all;
}

Cases contents() {
  const std::string unchanged = "A server must not change the text that it takes.";
  const std::string all_text = "RFC 5321 §2.3.1";
  return {
      kept("plain", "A plain message", "one\r\ntwo\r\n", "\n\none\ntwo\n", unchanged, all_text),
      kept("verbs", "Lines that look like commands are text",
           "QUIT\r\nRSET\r\nMAIL FROM:<x@example.org>\r\nDATA\r\n",
           "QUIT\nRSET\nMAIL FROM:<x@example.org>\nDATA\n",
           "Between 354 and CRLF.CRLF everything is text.", "RFC 5321 §4.1.1.4"),
      kept("empty-lines", "Empty lines at the end", "x\r\n\r\n\r\n\r\n", "x\n\n\n\n", unchanged,
           all_text),
      kept("white-space", "White space at the end of lines", "x  \t \r\n \r\ny\r\n",
           "x  \t \n \ny\n", unchanged + " Signatures break on it.", all_text),
      kept("tabs", "Tabs stay tabs", "\ta\tb\r\n", "\ta\tb\n", unchanged, all_text),
      kept("from-line", "A line that begins with From", "x\r\nFrom me\r\n", "x\nFrom me\n",
           unchanged, all_text),
      kept("line-998", "A line of 998 octets and CRLF", run_of('x', 998) + "\r\n",
           "\n" + run_of('x', 998) + "\n", "1000 octets are the least that must be taken.",
           "RFC 5321 §4.5.3.1.6"),
      {"data.folded-header",
       must,
       all_text,
       "A folded header field",
       unchanged,
       Stage::data,
       {say("X-Conform: one\r\n\ttwo\r\n  three\r\n" + message("x\r\n") + ".", "250").deciding()},
       "",
       {Stored::Rule::as_decided, "X-Conform: one\n\ttwo\n  three\nFrom:", ""}},
      kept(
          "64k", "A message of 64 KiB",
          [] {
            std::string body;
            for (int i = 0; i < 1024; ++i) body += run_of('x', 62) + "\r\n";
            return body + "end of {mark}\r\n";
          }(),
          "end of {mark}\n", "The least that must be taken is 64 Ki octets.",
          "RFC 5321 §4.5.3.1.7"),
  };
}

Cases trace() {
  return {
      {"data.received",
       must,
       "RFC 5321 §4.4",
       "A Received field is put on top",
       "Each server that takes a message must add one; loops are found by them.",
       Stage::data,
       {text("x\r\n", "250")},
       "",
       {Stored::Rule::as_decided, "Received: ", "", "From: <{sender}>\r\n"}},
      {"data.received-with",
       should,
       "RFC 5321 §4.4",
       "The Received field names client and protocol",
       "from, by and with tell where a message came from, and how.",
       Stage::data,
       {text("x\r\n", "250")},
       "",
       {Stored::Rule::as_decided, "Received: from conform.example.org", ""}},
      {"data.return-path",
       must,
       "RFC 5321 §4.4",
       "Return-Path on delivery",
       "The server that makes the final delivery puts the sender there.",
       Stage::data,
       {text("x\r\n", "250")},
       "",
       {Stored::Rule::as_decided, "Return-Path: <{sender}>\n", "", "", true}},
      {"data.return-path-quoted",
       should,
       "RFC 5321 §4.1.2",
       "A quoted sender in Return-Path",
       "The local part is its owner's: its quotes and octets stay.",
       Stage::hello,
       {say(R"(MAIL FROM:<"a b\"c"@{sender-domain}>)", "250").given(), rcpt("", "250|251").given(),
        say("DATA", "354").given(), text("x\r\n", "250")},
       "",
       {Stored::Rule::as_decided, R"(Return-Path: <"a b\"c"@{sender-domain}>)", "", "", true}},
      {"data.return-path-null",
       must,
       "RFC 5321 §4.4",
       "Return-Path: <> for the null sender",
       "Whoever answers a message by machine must see that nobody is to be answered.",
       Stage::hello,
       {say("MAIL FROM:<>", "250").given(), rcpt("", "250|251").given(), say("DATA", "354").given(),
        text("x\r\n", "250")},
       "",
       {Stored::Rule::as_decided, "Return-Path: <>\n", "", "", true}},
  };
}

Cases ends() {
  return {
      {"data.reply",
       must,
       "RFC 5321 §3.3",
       "DATA: 354",
       "354 says that text is awaited.",
       Stage::rcpt,
       {say("DATA", "354")}},
      {"data.message",
       must,
       "RFC 5321 §3.3",
       "A message is taken: 250, and the session goes on",
       "The end of the text gets one reply, and the next command another.",
       Stage::data,
       {text("x\r\n", "250"), say("NOOP", "250"), say("QUIT", "221")}},
      {"data.empty",
       must,
       "RFC 5321 §4.1.1.4",
       "CRLF.CRLF at once after 354 gets an answer",
       "The CRLF of the DATA line is the first one: a dot alone in the first line ends the text.",
       Stage::data,
       {say(".", "250|5xx"), say("NOOP", "250")}},
      {"data.no-header",
       must,
       "RFC 5321 §4.1.1.4",
       "A text without header fields",
       "It is the server's choice to take it; the dialogue goes on.",
       Stage::data,
       {say("only {mark}\r\n.", "250|5xx").deciding(), say("NOOP", "250")},
       "",
       {Stored::Rule::as_decided, "only {mark}", ""}},
      {"data.no-body",
       must,
       "RFC 5321 §4.1.1.4",
       "Header fields without a body",
       "A body is optional.",
       Stage::data,
       {say("Subject: {mark}\r\n.", "250|5xx").deciding(), say("NOOP", "250")},
       "",
       {Stored::Rule::as_decided, "Subject: {mark}", ""}},
      {"data.no-reply-before-end",
       must,
       "RFC 5321 §4.1.1.4",
       "No reply before the end of the text",
       "A reply in the middle of the text is taken for that to its end.",
       Stage::data,
       {raw(message("x\r\n")), silence(std::chrono::milliseconds{200}),
        say(".", "250").deciding()}},
      {"data.two-messages",
       must,
       "RFC 5321 §3.3",
       "Two messages, one session",
       "After the end of the text the server is ready for the next MAIL.",
       Stage::data,
       {text("first\r\n", "250"), mail("", "250"), rcpt("", "250|251"), say("DATA", "354"),
        say("Subject: second\r\n\r\nsecond {mark2}\r\n.", "250")},
       "",
       {Stored::Rule::as_decided, "first\n", "{mark2}"}},
      {"data.quit-after",
       must,
       "RFC 5321 §4.1.1.10",
       "What was answered 250 survives QUIT",
       "250 means that the server has taken responsibility.",
       Stage::data,
       {text("kept\r\n", "250"), say("QUIT", "221"), end()},
       "",
       {Stored::Rule::as_decided, "kept\n", ""}},
      {"data.lost-after",
       must,
       "RFC 5321 §4.1.1.4",
       "What was answered 250 survives a lost connection",
       "250 means that the server has taken responsibility.",
       Stage::data,
       {text("kept\r\n", "250"), reset()},
       "",
       {Stored::Rule::as_decided, "kept\n", ""}},
  };
}

Cases odd() {
  return {
      {"data.nul",
       must,
       "RFC 5321 §4.5.2",
       "NUL in the text does not cut it",
       "It may be refused; if it is taken, what stands behind the NUL must not be lost.",
       Stage::data,
       {say(message("before\0after\r\nnext line of {mark}\r\n"s) + ".", "250|5xx|end").deciding()},
       "",
       {Stored::Rule::as_decided, "next line of {mark}\n", ""}},
      {"data.bare-lf",
       must,
       "RFC 5321 §2.3.8",
       "A bare LF in the text",
       "It may be refused, or taken, and is no end of anything.",
       Stage::data,
       {say(message("one\ntwo\r\n") + ".", "250|5xx|end").deciding(), say("NOOP", "250|end")},
       "",
       {Stored::Rule::as_decided, "two\n", ""}},
      {"data.bare-cr",
       must,
       "RFC 5321 §2.3.8",
       "A bare CR in the text",
       "It may be refused, or taken, and is no end of anything.",
       Stage::data,
       {say(message("one\rtwo\r\n") + ".", "250|5xx|end").deciding(), say("NOOP", "250|end")},
       "",
       {Stored::Rule::as_decided, "two\n", ""}},
      {"data.control",
       must,
       "RFC 5321 §4.5.2",
       "Control characters in the text",
       "They may be refused; if they are taken, they arrive.",
       Stage::data,
       {say(message("a\x01\x07\x1b\x7f b\r\n") + ".", "250|5xx").deciding()},
       "",
       {Stored::Rule::as_decided, "a\x01\x07\x1b\x7f b\n", ""}},
      {"data.line-999",
       should,
       "RFC 5321 §4.5.3.1.6",
       "A line of 999 octets and CRLF",
       "It may be taken, or refused behind the end of the text; then the session goes on.",
       Stage::data,
       {say(message(run_of('x', 999) + "\r\n") + ".", "250|5xx").deciding(), say("NOOP", "250")}},
      {"data.line-100k",
       should,
       "RFC 5321 §4.5.3.1.6",
       "A line of 100,000 octets",
       "It may be taken, or refused; the server may close, but must say so.",
       Stage::data,
       {say(message(run_of('x', 100'000) + "\r\n") + ".", "250|5xx|421").deciding(), alive()}},
      {"data.refused-line-next",
       must,
       "RFC 5321 §4.1.1.4",
       "After a refused text the session goes on",
       "A refused message is no reason to lose those behind it.",
       Stage::data,
       {say(message(run_of('x', 5000) + "\r\n") + ".", "2xx|4xx|5xx"), mail("", "250"),
        rcpt("", "250|251"), say("DATA", "354")}},
  };
}

}  // namespace

Cases data() {
  Cases all;
  for (const auto& part : {ends, dots, contents, trace, odd}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
