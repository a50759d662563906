// What ends a text: CRLF.CRLF and nothing else. Whoever takes another sequence for the end lets a
// stranger's text become commands: SMTP smuggling.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;
using enum Level;

struct LineEnd {
  const char* name;
  std::string octets;
};

std::vector<LineEnd> line_ends() {
  return {{"crlf", "\r\n"}, {"lf", "\n"},   {"cr", "\r"},           {"crcrlf", "\r\r\n"},
          {"lfcr", "\n\r"}, {"nul", "\0"s}, {"crnullf", "\r\0\n"s}, {"crlfnul", "\r\n\0"s}};
}

std::string upper_name(const LineEnd& end) {
  std::string result;
  for (const char c : std::string_view{end.name}) result += static_cast<char>(c - 'a' + 'A');
  return "<" + result + ">";
}

/// The attacks of 2023 have numbers: <LF>.<CRLF> those of the servers, the others CERT's.
std::string reference(std::string_view before, std::string_view after) {
  if (before == "lf" && after == "crlf") return "CVE-2023-51764, CVE-2023-51765, CVE-2023-51766";
  const bool is_known = (before == "lf" && after == "lf") || (before == "crlf" && after == "lf") ||
                        (before == "cr" && after == "cr") || (before == "crlf" && after == "cr");
  return is_known ? "CERT VU#302671" : "RFC 5321 §4.1.1.4";
}

/// A text in which `end` and a whole second transaction stand, then the real end, then QUIT. One
/// reply may come for the text, and one for QUIT; any other is the answer to a smuggled command.
Case smuggle(std::string name, std::string title, std::string about, const std::string& end) {
  const std::string blob =
      message("outer text") + end +
      "MAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\nDATA\r\nSubject: {mark2}\r\n\r\ninner "
      "text\r\n.\r\nQUIT\r\n";
  return {"smuggling." + std::move(name),
          security,
          std::move(about),
          std::move(title),
          "The text goes on to the real end: one message, or one refusal, and the commands inside "
          "are never run.",
          Stage::data,
          {raw(blob), reply("2xx|4xx|5xx|end").deciding(), reply("221|421|end"), conform::end()},
          "",
          {Stored::Rule::together, "", ""}};
}

/// The same cut in two writes in the middle of `end`, for servers that look at the end of a packet.
Case smuggle_in_two(std::string name, std::string title, const std::string& before,
                    const std::string& after) {
  Case result = smuggle(std::move(name), std::move(title), "RFC 5321 §4.1.1.4", before);
  const std::string blob = result.steps.front().text;
  const std::size_t cut = message("outer text").size() + before.size();
  result.steps.front().text = blob.substr(0, cut);
  result.steps.insert(result.steps.begin() + 1, pause(50ms));
  result.steps.insert(result.steps.begin() + 2, raw(after + blob.substr(cut)));
  return result;
}

Case split_end(std::string name, std::string first, std::string second) {
  return {"smuggling.split-" + std::move(name),
          must,
          "RFC 5321 §4.1.1.4",
          "CRLF.CRLF cut in two packets",
          "The end of the text is found however TCP cuts it.",
          Stage::data,
          {raw(message("split") + std::move(first)), silence(50ms), raw(std::move(second)),
           reply("250").deciding(), say("NOOP", "250")},
          "",
          {Stored::Rule::as_decided, "split\n", ""}};
}

}  // namespace

Cases smuggling() {
  Cases all;
  for (const LineEnd& before : line_ends()) {
    for (const LineEnd& after : line_ends()) {
      const std::string end = before.octets + "." + after.octets;
      if (end.find("\r\n.\r\n") != std::string::npos) continue;  // the real one
      all.push_back(smuggle(std::string{before.name} + "-dot-" + after.name,
                            upper_name(before) + "." + upper_name(after) + " does not end the text",
                            reference(before.name, after.name), end));
    }
  }
  all.push_back(
      smuggle("two-dots", "<CRLF>..<CRLF> does not end the text", "RFC 5321 §4.5.2", "\r\n..\r\n"));
  all.push_back(smuggle("dot-space", "<CRLF>. <CRLF> does not end the text", "RFC 5321 §4.5.2",
                        "\r\n. \r\n"));
  all.push_back(smuggle("dot-tab", "<CRLF>.<HT><CRLF> does not end the text", "RFC 5321 §4.5.2",
                        "\r\n.\t\r\n"));
  all.push_back(smuggle("space-dot", "<CRLF> .<CRLF> does not end the text", "RFC 5321 §4.5.2",
                        "\r\n .\r\n"));
  all.push_back(smuggle("form-feed", "<CRLF>.<FF><CRLF> does not end the text", "RFC 5321 §4.5.2",
                        "\r\n.\f\r\n"));
  all.push_back(
      smuggle("nel", "<NEL>.<NEL> does not end the text", "RFC 5321 §4.5.2", "\xc2\x85.\xc2\x85"));
  all.push_back(smuggle_in_two("packet-lf-dot", "<LF>. at the end of a packet", "\n.", "\r\n"));
  all.push_back(smuggle_in_two("packet-dot-lf", "<CRLF>. , then <LF> in a packet", "\r\n.", "\n"));
  all.push_back(
      smuggle_in_two("packet-dot-cr", "<CRLF>.<CR> at the end of a packet", "\r\n.\r", "x\r\n"));
  all.push_back(split_end("1", "\r", "\n.\r\n"));
  all.push_back(split_end("2", "\r\n", ".\r\n"));
  all.push_back(split_end("3", "\r\n.", "\r\n"));
  all.push_back(split_end("4", "\r\n.\r", "\n"));
  return all;
}

}  // namespace quoth::conform::cases
