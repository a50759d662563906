#include "conform/reply.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"
#include "core/reply_line.hpp"

namespace quoth::conform {
namespace {

void note(Reply& reply, Defect defect) {
  if (!reply.has(defect)) reply.defects.push_back(defect);
}

void note_octets(Reply& reply, std::string_view text) {
  for (const char c : text) {
    if (c == '\r') {
      note(reply, Defect::bare_cr);
    } else if (ascii::is_high(c)) {
      note(reply, Defect::high_octet);
    } else if (c != '\t' && ascii::is_control(c)) {
      note(reply, Defect::bad_octet);
    }
  }
}

/// `line` has its line end.
void add_line(Reply& reply, std::string_view line) {
  if (line.size() > reply_line::max_octets) note(reply, Defect::too_long);
  line.remove_suffix(1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  } else {
    note(reply, Defect::bare_lf);
  }
  note_octets(reply, line);
  const unsigned code = reply_line::code_of(line);
  if (reply.lines.empty()) {
    reply.code = code;
  } else if (code != reply.code && code != 0) {
    note(reply, Defect::mixed_codes);
  }
  if (code == 0) {
    note(reply, Defect::not_a_reply);
    reply.lines.emplace_back(line);
    return;
  }
  line.remove_prefix(reply_line::code_size);
  if (!line.empty() && line[0] != ' ' && line[0] != '-') {
    note(reply, Defect::bad_separator);
  } else if (!line.empty()) {
    line.remove_prefix(1);
  }
  reply.lines.emplace_back(line);
}

/// Takes a number of one to three digits and the dot behind it away.
std::optional<unsigned> take_number(std::string_view& text) noexcept {
  std::size_t size = 0;
  unsigned value = 0;
  while (size < text.size() && size < 3 && ascii::is_digit(text[size])) {
    value = (value * 10) + static_cast<unsigned>(text[size] - '0');
    ++size;
  }
  if (size == 0) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

bool take_dot(std::string_view& text) noexcept {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

Reply to_reply(std::string octets) {
  Reply reply;
  std::string_view rest{octets};
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n') + 1;
    add_line(reply, rest.substr(0, end));
    rest.remove_prefix(end);
  }
  reply.octets = std::move(octets);
  return reply;
}

}  // namespace

std::string_view describe(Defect defect) noexcept {
  switch (defect) {
    case Defect::not_a_reply: return "a line without a reply code";
    case Defect::bare_lf: return "a line ended by LF alone";
    case Defect::bare_cr: return "a CR without LF";
    case Defect::mixed_codes: return "lines of one reply with different codes";
    case Defect::bad_separator: return "neither space nor hyphen behind the code";
    case Defect::bad_octet: return "a control character in the text";
    case Defect::high_octet: return "an octet above 127";
    case Defect::too_long: return "a line of more than 512 octets";
  }
  return "";
}

std::optional<EnhancedCode> parse_enhanced(std::string_view text) noexcept {
  if (text.size() < 2 || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return std::nullopt;
  EnhancedCode result;
  const std::optional<unsigned> status_class = take_number(text);
  if (!status_class || *status_class > 5 || !take_dot(text)) return std::nullopt;
  const std::optional<unsigned> subject = take_number(text);
  if (!subject || !take_dot(text)) return std::nullopt;
  const std::optional<unsigned> detail = take_number(text);
  if (!detail || (!text.empty() && text[0] != ' ')) return std::nullopt;
  result.status_class = *status_class;
  result.subject = *subject;
  result.detail = *detail;
  return result;
}

bool Reply::has(Defect defect) const noexcept {
  return std::ranges::find(defects, defect) != defects.end();
}

std::optional<Reply> ReplyReader::next() {
  while (true) {
    const std::size_t end = pending_.find('\n', searched_);
    if (end == std::string::npos) {
      searched_ = pending_.size();
      return std::nullopt;
    }
    const std::string_view line = std::string_view{pending_}.substr(line_begin_, end - line_begin_);
    line_begin_ = end + 1;
    searched_ = end + 1;
    if (reply_line::continues(line)) continue;
    std::string octets = pending_.substr(0, end + 1);
    pending_.erase(0, end + 1);
    line_begin_ = 0;
    searched_ = 0;
    return to_reply(std::move(octets));
  }
}

}  // namespace quoth::conform
