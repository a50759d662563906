#include "bench/reply_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/ascii.hpp"
#include "core/reply_line.hpp"

namespace quoth::bench {
namespace {

constexpr std::size_t max_reply_octets = 65536;  // what more could there be to say?

bool is_text(char c) noexcept { return c == '\t' || (!ascii::is_control(c) && !ascii::is_high(c)); }

/// `line` has its LF.
Defect judge_line(std::string_view line, unsigned code) noexcept {
  if (line.size() > reply_line::max_octets) return Defect::too_long;
  if (!line.ends_with("\r\n")) return Defect::bare_lf;
  line.remove_suffix(2);
  const unsigned own = reply_line::code_of(line);
  if (own == 0) return Defect::not_a_reply;
  if (own != code) return Defect::mixed_codes;
  if (line.size() > reply_line::code_size && line[reply_line::code_size] != ' ' &&
      line[reply_line::code_size] != '-') {
    return Defect::bad_separator;
  }
  return std::ranges::all_of(line, is_text) ? Defect::none : Defect::bad_octet;
}

/// `octets` is a whole reply.
Reply judge(std::string_view octets) noexcept {
  Reply reply{reply_line::code_of(octets), Defect::none, octets};
  while (!octets.empty() && reply.defect == Defect::none) {
    const std::size_t size = octets.find('\n') + 1;
    reply.defect = judge_line(octets.substr(0, size), reply.code);
    octets.remove_prefix(size);
  }
  return reply;
}

}  // namespace

std::string_view describe(Defect defect) noexcept {
  switch (defect) {
    case Defect::none: return "";
    case Defect::not_a_reply: return "a line without a reply code";
    case Defect::bare_lf: return "a line ended by LF alone";
    case Defect::mixed_codes: return "lines of one reply with different codes";
    case Defect::bad_separator: return "neither space nor hyphen behind the code";
    case Defect::bad_octet: return "a character that is no printable ASCII";
    case Defect::too_long: return "a line of more than 512 octets, or a reply without end";
  }
  return "";
}

void ReplyReader::clear() noexcept {
  pending_.clear();
  line_begin_ = 0;
  is_taken_ = false;
}

std::optional<Reply> ReplyReader::next(std::string_view& input) {
  if (is_taken_) clear();
  if (!pending_.empty()) return go_on(input);
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = input.find('\n', begin);
    if (end == std::string_view::npos) break;
    const bool is_last = !reply_line::continues(input.substr(begin, end - begin));
    begin = end + 1;
    if (!is_last) continue;
    const std::string_view octets = input.substr(0, begin);
    input.remove_prefix(begin);
    return judge(octets);
  }
  pending_ = input;
  line_begin_ = begin;
  input = {};
  if (pending_.size() > max_reply_octets) return finish();
  return std::nullopt;
}

std::optional<Reply> ReplyReader::go_on(std::string_view& input) {
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size() - 1);
    pending_ += input.substr(0, end + 1);
    input.remove_prefix(end + 1);
    if (pending_.size() > max_reply_octets) return finish();
    if (pending_.back() != '\n') break;
    if (!reply_line::continues(std::string_view{pending_}.substr(line_begin_))) return finish();
    line_begin_ = pending_.size();
  }
  return std::nullopt;
}

Reply ReplyReader::finish() {
  is_taken_ = true;
  if (pending_.size() > max_reply_octets)
    return {reply_line::code_of(pending_), Defect::too_long, pending_};
  return judge(pending_);
}

}  // namespace quoth::bench
