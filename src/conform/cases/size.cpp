// Declared sizes (RFC 1870), and the content of eight bits (RFC 6152).
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

Case declared(std::string name, Level level, std::string parameters, std::string codes,
              std::string why, std::string needs = "SIZE") {
  std::string title =
      "MAIL with " + (parameters.size() > 40 ? parameters.substr(0, 40) + "..." : parameters);
  return {"size." + std::move(name),
          level,
          "RFC 1870 §6.1",
          std::move(title),
          std::move(why),
          Stage::hello,
          {mail(parameters, std::move(codes))},
          std::move(needs)};
}

std::string high_octets() {
  std::string result;
  for (int line = 0; line < 8; ++line) {
    for (int i = 0; i < 16; ++i) result += static_cast<char>(128 + line * 16 + i);
    result += '\n';
  }
  return result;
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') result += '\r';
    result += c;
  }
  return result;
}

Case body(std::string name, Level level, std::string title, Stage stage, Steps steps,
          std::string why, std::string needs = "8BITMIME") {
  return {"8bitmime." + std::move(name),
          level,
          "RFC 6152 §3",
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          std::move(needs)};
}

}  // namespace

Cases size() {
  const std::string number = "size-value = 1*20DIGIT.";
  Cases all{
      declared("small", must, "SIZE=1000", "250", "A size that fits is no reason to refuse."),
      declared("zero", extension, "SIZE=0", "250", "Zero is a size like any other."),
      declared("exact", extension, "SIZE={size}", "250|452|4xx",
               "The size that is announced is one that is taken, if there is room.", "SIZE="),
      declared("too-large", extension, "SIZE={size+1}", "552|5xx",
               "A message over the fixed limit is refused at MAIL, before it is sent.", "SIZE="),
      declared("twenty-digits", extension, "SIZE=99999999999999999999", "552|452|5xx",
               "Twenty digits are right, and more than there is room for.", "SIZE="),
      declared("wrap-32", security, "SIZE=4294967297", "552|452|5xx",
               "Cut to 32 bits it would be 1.", "small-SIZE"),
      declared("wrap-64", security, "SIZE=18446744073709551617", "552|452|5xx",
               "Cut to 64 bits it would be 1.", "SIZE="),
      declared("letters", extension, "SIZE=abc", "501|5xx", number),
      declared("negative", extension, "SIZE=-1", "501|5xx", number),
      declared("empty", extension, "SIZE=", "501|5xx", number),
      declared("no-value", extension, "SIZE", "501|5xx", number),
      declared("hex", extension, "SIZE=0x10", "501|5xx", number),
      declared("fraction", extension, "SIZE=1.5", "501|5xx", number),
      declared("21-digits", extension, "SIZE=000000000000000000001", "501|5xx", number),
      declared("twice", extension, "SIZE=10 SIZE=20", "501|5xx",
               "Each parameter may stand once (RFC 5321 §4.1.1.11 names no other meaning)."),
      declared("lower-case", must, "size=1000", "250", "Keywords are not case sensitive."),
  };
  all.push_back({"size.refused-mail",
                 must,
                 "RFC 1870 §6.1",
                 "A MAIL refused for its size opens nothing",
                 "No transaction is open, so RCPT is out of order.",
                 Stage::hello,
                 {mail("SIZE={size+1}", "5xx|4xx").given(), rcpt("", "503|5xx")},
                 "SIZE="});
  all.push_back({"size.declared-less",
                 extension,
                 "RFC 1870 §6.3",
                 "More than was declared",
                 "The declaration is an estimate: a message that fits may be taken all the same.",
                 Stage::hello,
                 {mail("SIZE=10", "250"), rcpt("", "250|251").given(), say("DATA", "354"),
                  text(run_of('x', 500) + "\r\n", "250|552|5xx")},
                 "SIZE",
                 {Stored::Rule::as_decided, "xxx\n", ""}});
  all.push_back({"size.exceeded",
                 must,
                 "RFC 1870 §6.3",
                 "A text over the limit is refused",
                 "552 behind the end of the text, or the end of the connection; never 250.",
                 Stage::data,
                 {raw(message("")), raw(run_of('x', 998) + "\r\n").beyond_size(),
                  say(".", "552|5xx|end").deciding(), say("NOOP", "250|end")},
                 "small-SIZE",
                 {Stored::Rule::as_decided, "", ""}});
  all.push_back({"size.rcpt",
                 extension,
                 "RFC 1870 §3",
                 "SIZE is no parameter of RCPT",
                 "It belongs to MAIL.",
                 Stage::mail,
                 {rcpt("SIZE=10", "555|5xx")},
                 "SIZE"});
  return all;
}

Cases body8() {
  const std::string refused = "The value is 7BIT or 8BITMIME, and stands once.";
  Cases all{
      body("7bit", must, "BODY=7BIT", Stage::hello, {mail("BODY=7BIT", "250")},
           "A server that offers 8BITMIME knows both values."),
      body("8bitmime", must, "BODY=8BITMIME", Stage::hello, {mail("BODY=8BITMIME", "250")},
           "A server that offers 8BITMIME knows both values."),
      body("lower-case", must, "body=8bitmime", Stage::hello, {mail("body=8bitmime", "250")},
           "Keywords and values are not case sensitive."),
      body("unknown", extension, "BODY=X", Stage::hello, {mail("BODY=X", "501|504|555|5xx")},
           refused),
      body("empty", extension, "BODY=", Stage::hello, {mail("BODY=", "501|5xx")}, refused),
      body("no-value", extension, "BODY without a value", Stage::hello, {mail("BODY", "501|5xx")},
           refused),
      body("twice", extension, "BODY twice", Stage::hello,
           {mail("BODY=7BIT BODY=8BITMIME", "501|5xx")}, refused),
      body("rcpt", extension, "BODY is no parameter of RCPT", Stage::mail,
           {rcpt("BODY=7BIT", "555|5xx")}, "It belongs to MAIL."),
      body("binary", must, "BODY=BINARYMIME that is not offered", Stage::hello,
           {mail("BODY=BINARYMIME", "501|504|555|5xx")},
           "Taken here, binary content would be broken at its bare CRs and LFs (RFC 3030 §3).",
           "8BITMIME !BINARYMIME"),
  };
  const std::string high = high_octets();
  all.push_back({"8bitmime.octets",
                 must,
                 "RFC 6152 §3",
                 "All octets above 127 arrive",
                 "A server that offers 8BITMIME delivers eight bits as they came.",
                 Stage::hello,
                 {mail("BODY=8BITMIME", "250"), rcpt("", "250|251").given(), say("DATA", "354"),
                  text(with_crlf(high), "250")},
                 "8BITMIME",
                 {Stored::Rule::as_decided, high, ""}});
  all.push_back({"8bitmime.undeclared",
                 must,
                 "RFC 5321 §2.4",
                 "Eight bits without BODY=8BITMIME",
                 "The client is wrong; the server may refuse, but must not clear bits.",
                 Stage::data,
                 {text("gr\xc3\xbc\xc3\x9f dich\r\n", "250|5xx")},
                 "",
                 {Stored::Rule::as_decided, "gr\xc3\xbc\xc3\x9f dich\n", ""}});
  return all;
}

}  // namespace quoth::conform::cases
