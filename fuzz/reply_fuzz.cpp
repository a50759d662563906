// A reply of any octets: what goes over the wire is one reply, whoever wrote its text.
//
// Input: two octets make the code, the rest is the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>
#include <quoth/smtp/reply.hpp>

namespace {

using namespace quoth::smtp;

bool is_text(char c) { return c == '\t' || (c >= ' ' && c < '\x7f'); }

/// Checks the lines of `out`, and returns their text with what stood ahead of it cut off.
std::string check_lines(std::string_view out, const std::string& code, const std::string& lead) {
  std::string text;
  bool is_last = false;
  while (!out.empty()) {
    QUOTH_ASSERT(!is_last);
    const std::size_t end = out.find("\r\n");
    QUOTH_ASSERT(end != std::string_view::npos && end + 2 <= 512);
    std::string_view line = out.substr(0, end);
    out.remove_prefix(end + 2);
    QUOTH_ASSERT(line.size() >= 4 && line.starts_with(code));
    QUOTH_ASSERT(line[3] == ' ' || line[3] == '-');
    is_last = line[3] == ' ';
    line.remove_prefix(4);
    QUOTH_ASSERT(line.starts_with(lead) && std::ranges::all_of(line, is_text));
    text += line.substr(lead.size());
  }
  QUOTH_ASSERT(is_last);
  return text;
}

/// The same octets as the wire shows, line ends left out.
std::string shown(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c != '\n') result += is_text(c) ? c : '?';
  }
  return result;
}

void check(const Reply& reply, Enhanced enhanced) {
  const std::string code = std::to_string(reply.code());
  std::string lead;
  if (enhanced == Enhanced::yes && code[0] != '3') {
    const EnhancedCode& own = reply.enhanced();
    lead = own.is_set() ? std::to_string(own.status_class) + '.' + std::to_string(own.subject) +
                              '.' + std::to_string(own.detail) + ' '
                        : code.substr(0, 1) + ".0.0 ";
  }
  std::string out = "220 what was there\r\n";
  const std::size_t before = out.size();
  append_reply(out, reply, enhanced);
  QUOTH_ASSERT(out.starts_with("220 what was there\r\n"));
  QUOTH_ASSERT(check_lines(std::string_view{out}.substr(before), code, lead) ==
               shown(reply.text()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned code = data[0] + (4U * data[1]);
  const std::string text{reinterpret_cast<const char*>(data) + 2, size - 2};
  try {
    const Reply reply{code, text};
    QUOTH_ASSERT(code >= 200 && code <= 599 && reply.code() == code);
    QUOTH_ASSERT(reply.is_positive() + reply.is_transient() + reply.is_permanent() == 1);
    const EnhancedCode& enhanced = reply.enhanced();
    QUOTH_ASSERT(!enhanced.is_set() || enhanced.status_class == code / 100);
    QUOTH_ASSERT(enhanced.subject <= 999 && enhanced.detail <= 999);
    QUOTH_ASSERT(enhanced.is_set() ? text.ends_with(reply.text()) : text == reply.text());
    QUOTH_ASSERT(reply.summary().find('\n') == std::string::npos);
    check(reply, Enhanced::yes);
    check(reply, Enhanced::no);
  } catch (const std::invalid_argument&) {
    QUOTH_ASSERT(code < 200 || code > 599);
  }
  return 0;
}
