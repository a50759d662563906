// BDAT (RFC 3030): text whose octets are counted, without dots.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using enum Level;

constexpr const char* chunking_offered = "CHUNKING";
constexpr const char* binary_offered = "CHUNKING BINARYMIME";
/// {mark} stands for so many octets: "quoth", 16 hexadecimal digits, "n", four digits, a letter.
constexpr std::size_t mark_octets = 27;

/// How many octets a text has once its marks are filled.
std::size_t size_of(std::string_view text) {
  std::size_t size = text.size();
  for (std::size_t at = text.find("{mark}"); at != std::string_view::npos;
       at = text.find("{mark}", at + 1)) {
    size += mark_octets - std::string_view{"{mark}"}.size();
  }
  return size;
}

/// BDAT with its octets, in one write; awaits nothing.
std::string chunk(const std::string& octets, std::string_view last = "") {
  return "BDAT " + std::to_string(size_of(octets)) + std::string{last} + "\r\n" + octets;
}

std::string last_chunk(const std::string& octets) { return chunk(octets, " LAST"); }

Step send(std::string octets, std::string codes) {
  Step step = raw(std::move(octets));
  step.codes = std::move(codes);
  return step;
}

std::string small(std::string_view body) {
  return std::string{"Subject: {mark}\r\n\r\n"}.append(body);
}

Case bdat(std::string name, Level level, std::string title, Stage stage, Steps steps,
          std::string why, Stored stored = {}) {
  return {"chunking." + std::move(name),
          level,
          "RFC 3030 §2",
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          chunking_offered,
          std::move(stored)};
}

Stored kept(std::string text, std::string lacks = "") {
  return {Stored::Rule::as_decided, std::move(text), std::move(lacks)};
}

Cases messages() {
  const std::string counted = "A chunk is as many octets as its BDAT says, whatever they are.";
  return {
      bdat("last", must, "One chunk that is the last", Stage::rcpt,
           {send(last_chunk(small("one\r\n")), "250").deciding()}, counted, kept("\n\none\n")),
      bdat("several", must, "Three chunks", Stage::rcpt,
           {send(chunk(small("one\r\n")), "250"), send(chunk("two\r\n"), "250"),
            send(last_chunk("three\r\n"), "250").deciding()},
           "Each chunk gets its reply; the last one decides.", kept("one\ntwo\nthree\n")),
      bdat("zero-last", must, "BDAT 0 LAST behind the text", Stage::rcpt,
           {send(chunk(small("one\r\n")), "250"), say("BDAT 0 LAST", "250").deciding()},
           "The last chunk may be empty.", kept("one\n")),
      bdat("zero-only", must, "BDAT 0 LAST alone gets an answer", Stage::rcpt,
           {say("BDAT 0 LAST", "250|5xx"), say("NOOP", "250")},
           "An empty message may be refused; the dialogue goes on."),
      bdat("zero-first", should, "BDAT 0 as the first chunk", Stage::rcpt,
           {say("BDAT 0", "250"), send(last_chunk(small("one\r\n")), "250").deciding()},
           "A chunk may be empty.", kept("one\n")),
      bdat("lower-case", must, "bdat and last in lower case", Stage::rcpt,
           {send("bdat " + std::to_string(size_of(small("x\r\n"))) + " last\r\n" + small("x\r\n"),
                 "250")
                .deciding()},
           "Verbs and keywords are not case sensitive.", kept("\n\nx\n")),
      bdat("dots", must, "Dots are nothing special", Stage::rcpt,
           {send(last_chunk(small("..two\r\n.one\r\nx\r\n")), "250").deciding()}, counted,
           kept("\n..two\n.one\nx\n")),
      bdat("end-of-data", security, "CRLF.CRLF in a chunk ends nothing", Stage::rcpt,
           {send(last_chunk(small("x\r\n.\r\nMAIL FROM:<a@example.org>\r\ny\r\n")), "250")
                .deciding(),
            say("NOOP", "250")},
           "A server that looks for the dot there runs what a stranger has written.",
           kept("x\n.\nMAIL FROM:<a@example.org>\ny\n")),
      bdat("commands", security, "Commands in a chunk are text", Stage::rcpt,
           {send(last_chunk(small("QUIT\r\nRSET\r\n")), "250").deciding(), say("NOOP", "250")},
           counted, kept("QUIT\nRSET\n")),
      bdat("no-line-end", must, "A text that does not end with CRLF", Stage::rcpt,
           {send(last_chunk(small("no end")), "250|5xx").deciding(), say("NOOP", "250")}, counted,
           kept("no end")),
      bdat("cut-line", must, "A line cut in two chunks", Stage::rcpt,
           {send(chunk(small("one li")), "250"), send(last_chunk("ne\r\n"), "250").deciding()},
           "Chunks need not end at line ends.", kept("one line\n")),
      bdat("cut-crlf", must, "CR and LF in two chunks", Stage::rcpt,
           {send(chunk(small("one\r")), "250"), send(last_chunk("\ntwo\r\n"), "250").deciding()},
           "Chunks need not end at line ends.", kept("one\ntwo\n")),
      bdat("octets", must, "A chunk that comes one octet at a time", Stage::rcpt,
           {send(last_chunk(small("slow\r\n")), "250").in_pieces(1).deciding()}, counted,
           kept("slow\n")),
      bdat("next-message", must, "A second message", Stage::rcpt,
           {send(last_chunk(small("one\r\n")), "250").deciding(), mail("", "250"),
            rcpt("", "250|251"), say("DATA", "354")},
           "Behind the last chunk the server is ready for the next MAIL.", kept("one\n")),
      bdat("large", must, "A chunk of 256 KiB", Stage::rcpt,
           {send(chunk(small("")), "250"), raw("BDAT 262144 LAST\r\n"),
            send(run_of('x', 62) + "\r\n", "250").times(4096).deciding()},
           "A chunk may have any size.", kept("xx\nxx")),
  };
}

Cases errors() {
  const std::string consumed =
      "The octets of a refused BDAT must be read all the same, or they are taken for commands.";
  const std::string out = "Out of order: 503, and its octets are read all the same.";
  const std::string syntax = "bdat-cmd = \"BDAT\" SP chunk-size [ SP \"LAST\" ] CR LF.";
  return {
      bdat("before-mail", must, "BDAT before MAIL: 503, octets consumed", Stage::hello,
           {send(last_chunk("RSET\r\nXCONFORM\r\n"), "503|5xx"), say("NOOP", "250")}, consumed),
      bdat("before-rcpt", must, "BDAT before RCPT: 503 or 554, octets consumed", Stage::mail,
           {send(last_chunk("RSET\r\nXCONFORM\r\n"), "503|554|5xx"), say("NOOP", "250")}, consumed),
      bdat("after-last", must, "BDAT behind the last one: 503, octets consumed", Stage::rcpt,
           {send(last_chunk(small("x\r\n")), "250").given(),
            send(last_chunk("XCONFORM\r\n"), "503|5xx"), say("NOOP", "250")},
           out),
      bdat("data-after", must, "DATA behind BDAT: 503", Stage::rcpt,
           {send(chunk(small("x\r\n")), "250"), say("DATA", "503|5xx")},
           "DATA and BDAT do not go together in a transaction."),
      bdat("mail-between", must, "MAIL between chunks: 503", Stage::rcpt,
           {send(chunk(small("x\r\n")), "250"), mail("", "503|5xx")}, out),
      bdat("rcpt-between", should, "RCPT between chunks: 503", Stage::rcpt,
           {send(chunk(small("x\r\n")), "250"), rcpt("", "503|5xx")}, out),
      bdat("noop-between", must, "NOOP between chunks", Stage::rcpt,
           {send(chunk(small("one\r\n")), "250"), say("NOOP", "250"),
            send(last_chunk("two\r\n"), "250").deciding()},
           "NOOP changes nothing.", kept("one\ntwo\n")),
      bdat("rset-between", must, "RSET between chunks gives the message up", Stage::rcpt,
           {send(chunk(small("one\r\n")), "250"), say("RSET", "250"), mail("", "250"),
            rcpt("", "250|251")},
           "RSET discards what came.", {Stored::Rule::never, "", ""}),
      bdat("quit-between", must, "QUIT between chunks gives the message up", Stage::rcpt,
           {send(chunk(small("one\r\n")), "250"), say("QUIT", "221"), end()},
           "Without LAST there is no message.", {Stored::Rule::never, "", ""}),
      bdat("lost-between", must, "A connection lost between chunks gives the message up",
           Stage::rcpt, {send(chunk(small("one\r\n")), "250"), reset(), alive()},
           "Without LAST there is no message.", {Stored::Rule::never, "", ""}),
      bdat("lost-inside", must, "A connection lost inside of the last chunk", Stage::rcpt,
           {raw("BDAT 1000 LAST\r\n" + small("one\r\n")), half_close(), reply("4xx|5xx|end")},
           "The chunk is not complete, so there is no message.", {Stored::Rule::never, "", ""}),
      bdat("size-missing", must, "BDAT without a size", Stage::rcpt,
           {say("BDAT", "5xx|end"), say("NOOP", "250|end")}, syntax),
      bdat("size-letters", must, "BDAT abc", Stage::rcpt,
           {say("BDAT abc", "5xx|end"), say("NOOP", "250|end")}, syntax),
      bdat("size-negative", security, "BDAT -1", Stage::rcpt,
           {say("BDAT -1 LAST", "5xx|end"), say("NOOP", "250|end")}, syntax),
      bdat("size-huge", security, "BDAT 99999999999999999999999", Stage::rcpt,
           {say("BDAT 99999999999999999999999 LAST", "4xx|5xx|end"), alive()},
           "It fits no number; no memory may be asked for."),
      bdat("size-wrap", security, "BDAT 18446744073709551617 is not BDAT 1", Stage::rcpt,
           {say("BDAT 18446744073709551617 LAST", "4xx|5xx|end"), alive()},
           "Cut to 64 bits it would be 1."),
      bdat("size-zeros", should, "BDAT 0006", Stage::rcpt,
           {send("BDAT 0006\r\na\r\nb\r\n", "250|501|end")}, "chunk-size = 1*DIGIT."),
      bdat("word", must, "BDAT 0 FIRST", Stage::rcpt,
           {say("BDAT 0 FIRST", "5xx|end"), say("NOOP", "250|end")}, syntax),
  };
}

Cases pipelined() {
  Cases all{
      bdat("pipelined", must, "A whole transaction in one write", Stage::hello,
           {raw("MAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\n" + last_chunk(small("one\r\n")) +
                "QUIT\r\n"),
            reply("250"), reply("250|251"), reply("250").deciding(), reply("221"), end()},
           "BDAT may be pipelined: its octets are counted (§4.2).", kept("one\n", "QUIT")),
      bdat("pipelined-chunks", must, "Three chunks in one write", Stage::rcpt,
           {raw(chunk(small("one\r\n")) + chunk("two\r\n") + last_chunk("three\r\n")), reply("250"),
            reply("250"), reply("250").deciding()},
           "BDAT may be pipelined.", kept("one\ntwo\nthree\n")),
      bdat("pipelined-refused", must, "A refused transaction in one write stays in step",
           Stage::hello,
           {raw("MAIL FROM:<{sender}>\r\nRCPT TO:\r\n" + chunk(small("XCONFORM\r\n")) +
                last_chunk("XCONFORM\r\n") + "NOOP\r\n"),
            reply("250"), reply("5xx"), reply("5xx"), reply("5xx"), reply("250")},
           "The octets of each refused chunk are read; the reply to NOOP comes last."),
  };
  for (Case& each : all) each.needs = "CHUNKING PIPELINING";
  return all;
}

Case binary(std::string name, Level level, std::string title, Stage stage, Steps steps,
            std::string why, Stored stored = {}) {
  return {"chunking.binary-" + std::move(name),
          level,
          "RFC 3030 §3",
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          binary_offered,
          std::move(stored)};
}

Cases binary_mime() {
  const std::string text = "Subject: {mark}\r\n\r\n" + "a\0b\nc\rd\x80\r\n"s;
  return {
      binary("mail", must, "BODY=BINARYMIME", Stage::hello, {mail("BODY=BINARYMIME", "250")},
             "A server that offers BINARYMIME knows the value."),
      binary("data", must, "DATA after BODY=BINARYMIME: 503", Stage::hello,
             {mail("BODY=BINARYMIME", "250"), rcpt("", "250|251").given(), say("DATA", "503|5xx")},
             "Binary content goes by BDAT alone."),
      binary("octets", must, "NUL, bare CR and bare LF by BDAT", Stage::hello,
             {mail("BODY=BINARYMIME", "250"), rcpt("", "250|251").given(),
              send(last_chunk(text), "250|4xx|554").deciding(), say("NOOP", "250")},
             "Binary content is any octets; a server that cannot pass it on may say so (554)."),
  };
}

}  // namespace

Cases chunking() {
  Cases all;
  for (const auto& part : {messages, errors, pipelined, binary_mime}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  all.push_back({"chunking.binary-alone",
                 must,
                 "RFC 3030 §3",
                 "BINARYMIME comes with CHUNKING",
                 "A server that offers BINARYMIME must offer CHUNKING.",
                 Stage::greeted,
                 {say("{hello} conform.example.org", "250").containing("CHUNKING")},
                 "BINARYMIME"});
  all.push_back({"chunking.not-offered",
                 should,
                 "RFC 5321 §4.2.4",
                 "BDAT where it is not offered",
                 "It is an unknown command, without octets behind it.",
                 Stage::rcpt,
                 {say("BDAT 0 LAST", "5xx"), say("NOOP", "250")},
                 "!CHUNKING"});
  all.push_back({"chunking.size",
                 must,
                 "RFC 3030 §2",
                 "Chunks over the announced size are refused",
                 "SIZE counts all chunks of a message together; 250 for all would be a lie.",
                 Stage::rcpt,
                 {raw("BDAT {size+1} LAST\r\n"), raw(run_of('x', 998) + "\r\n").beyond_size(),
                  reply("552|5xx|421|end")},
                 "CHUNKING small-SIZE"});
  return all;
}

}  // namespace quoth::conform::cases
