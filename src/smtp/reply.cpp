#include <quoth/smtp/reply.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "core/ascii.hpp"

namespace quoth::smtp {
namespace {

// RFC 5321 §4.5.3.1.5: 512 octets with the code and the CRLF.
constexpr std::size_t reply_line_octets = 510;

/// Reads a number of at most three digits at the beginning of `text` (RFC 3463 §2), and drops it.
bool take_number(std::string_view& text, std::uint16_t& number) noexcept {
  const bool is_one_digit =
      text.size() > 1 && ascii::is_digit(text[0]) && !ascii::is_digit(text[1]);
  if (is_one_digit) {  // as nearly all parts of enhanced codes are
    number = static_cast<std::uint16_t>(text[0] - '0');
    text.remove_prefix(1);
    return true;
  }
  const char* const end = text.data() + std::min<std::size_t>(text.size(), 3);
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

bool take(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Parts a leading "X.Y.Z " from `text` if its class agrees with `code` (RFC 2034 §4).
EnhancedCode take_enhanced(std::string_view& text, unsigned code) noexcept {
  std::string_view rest = text;
  EnhancedCode enhanced;
  const bool is_one = take_number(rest, enhanced.status_class) && take(rest, '.') &&
                      take_number(rest, enhanced.subject) && take(rest, '.') &&
                      take_number(rest, enhanced.detail) && (rest.empty() || take(rest, ' '));
  if (!is_one || enhanced.status_class != code / 100) return {};
  text = rest;
  return enhanced;
}

/// RFC 5321 §4.2: textstring is HT and printable ASCII. UTF-8 needs SMTPUTF8 (RFC 6531 §3.3).
constexpr bool is_printable(char c) noexcept { return (c >= ' ' && c < '\x7f') || c == '\t'; }

/// Appends `line`, what may not stand in it as "?".
void append_printable(std::string& out, std::string_view line) {
  const std::size_t begin = out.size();
  out += line;
  for (std::size_t i = begin; i < out.size(); ++i) {
    if (!is_printable(out[i])) out[i] = '?';
  }
}

void append_number(std::string& out, unsigned number) {
  if (number < 10) return out.push_back(static_cast<char>('0' + number));
  if (number >= 100 && number < 1000) {  // a reply's code
    const std::array<char, 3> digits{static_cast<char>('0' + number / 100),
                                     static_cast<char>('0' + number / 10 % 10),
                                     static_cast<char>('0' + number % 10)};
    out.append(digits.data(), digits.size());
    return;
  }
  std::array<char, 8> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

void append_enhanced(std::string& out, EnhancedCode enhanced) {
  append_number(out, enhanced.status_class);
  out += '.';
  append_number(out, enhanced.subject);
  out += '.';
  append_number(out, enhanced.detail);
}

EnhancedCode shown_enhanced(const Reply& reply, Enhanced wanted) noexcept {
  if (wanted == Enhanced::no || (reply.code() >= 300 && reply.code() < 400)) return {};
  if (reply.enhanced().is_set()) return reply.enhanced();
  return {.status_class = static_cast<std::uint16_t>(reply.code() / 100)};
}

/// Takes the next line of `text`, at most `room` octets of it.
std::string_view take_line(std::string_view& text, std::size_t room) noexcept {
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, std::min(line_end, room));
  text.remove_prefix(line.size());
  if (line.size() == line_end) take(text, '\n');
  return line;
}

}  // namespace

Reply::Reply(unsigned code, std::string_view text) : code_{static_cast<std::uint16_t>(code)} {
  if (code < 200 || code > 599) {
    throw std::invalid_argument("a reply's code is 200 to 599, not " + std::to_string(code));
  }
  enhanced_ = take_enhanced(text, code);
  text_.assign(text);
}

std::string Reply::summary() const {
  std::string result;
  append_number(result, code_);
  if (enhanced_.is_set()) {
    result += ' ';
    append_enhanced(result, enhanced_);
  }
  std::string_view rest = text_;
  const std::string_view line = take_line(rest, text_.size());
  if (!line.empty()) result.append(" ").append(line);
  return result;
}

void append_reply(std::string& out, const Reply& reply, Enhanced enhanced) {
  std::string lead;  // of each line: "250 2.1.0 "
  append_number(lead, reply.code());
  lead += '-';
  if (const EnhancedCode shown = shown_enhanced(reply, enhanced); shown.is_set()) {
    append_enhanced(lead, shown);
    lead += ' ';
  }
  const std::size_t room = reply_line_octets - lead.size();
  std::string_view rest = reply.text();
  do {
    const std::string_view line = take_line(rest, room);
    const std::size_t begin = out.size();
    out += lead;
    if (rest.empty()) out[begin + 3] = ' ';
    append_printable(out, line);
    out += "\r\n";
  } while (!rest.empty());
}

}  // namespace quoth::smtp
