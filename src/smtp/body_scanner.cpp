#include <quoth/smtp/body_scanner.hpp>

#include <cstddef>
#include <string_view>

#include "core/scan.hpp"

namespace quoth::smtp {
namespace {

bool forbids(const TextRules& rules, BodyFault fault) noexcept {
  switch (fault) {
    case BodyFault::bare_cr:
    case BodyFault::bare_lf: return rules.bare_line_ends == BareLineEnds::reject;
    case BodyFault::nul: return !rules.passes_nul;
    case BodyFault::long_line: return !rules.passes_long_lines;
    case BodyFault::none: break;
  }
  return false;
}

}  // namespace

// Theory of operation. Outside of the states line_start and line, octets have come that are not
// passed on yet, since what they mean depends on the next one:
//
//   dot     "." at the start of a line: stuffed, unless CRLF follows (RFC 5321 §4.5.2)
//   dot_cr  ".CR" there: the end, if LF follows; otherwise the dot was stuffed and the CR is bare
//   cr      "CR" within a line: the line's end, if LF follows
//   lf      a bare LF that CRLF takes the place of
//
// So the text that a call yields is one stretch of its input, or the constant that was withheld.
// Only a line end that the client meant as one, CRLF, leads to line_start: a dot behind a bare LF
// or CR is neither stuffed nor an end, whatever becomes of the LF (RFC 5321 §2.3.8).
//
// Lines with nothing special about them, which most are, change none of this: skip_plain_lines()
// takes them first, many at a time.

void BodyScanner::note(BodyFault fault) noexcept {
  const bool is_first = fault_ == BodyFault::none || fault_ == BodyFault::long_line;
  if (is_first && forbids(rules_, fault)) fault_ = fault;
}

void BodyScanner::end_line(At next) noexcept {
  line_octets_ = 0;
  at_ = next;
}

/// A bare CR or LF or a NUL is part of its line, and may be its last octet where no CRLF follows.
void BodyScanner::add_odd_octet() noexcept {
  ++line_octets_;
  if (line_octets_ + 2 > line_limit_) note(BodyFault::long_line);
}

/// Goes on from `at` to the end of the line or of the input, whichever is first, or to what has to
/// be withheld. Leaves `at` behind what is passed on.
void BodyScanner::scan_line(std::string_view input, std::size_t& at) noexcept {
  while (at < input.size()) {
    const std::size_t stretch = find_line_octet(input.substr(at));
    line_octets_ += stretch;
    at += stretch;
    if (line_octets_ + 2 > line_limit_) note(BodyFault::long_line);
    if (at == input.size()) return;
    if (input[at] == '\r') {
      const bool is_last = at + 1 == input.size();
      if (!is_last && input[at + 1] == '\n') {
        at += 2;
        return end_line(line_start_);
      }
      if (is_last || replaces()) {
        at_ = At::cr;
        return;
      }
      note(BodyFault::bare_cr);
    } else if (input[at] == '\n') {
      if (replaces()) {
        at_ = At::lf;
        return;
      }
      note(BodyFault::bare_lf);
    } else {
      note(BodyFault::nul);
    }
    add_odd_octet();
    ++at;
  }
}

/// A CR that no LF follows.
std::string_view BodyScanner::take_bare_cr() noexcept {
  if (replaces()) {
    end_line(At::line);
    return "\r\n";
  }
  note(BodyFault::bare_cr);
  add_odd_octet();
  at_ = At::line;
  return "\r";
}

/// The next octet says what the withheld ones were.
BodyScanner::Found BodyScanner::take_withheld(std::string_view input) noexcept {
  switch (at_) {
    case At::dot:
      if (input.front() == '\r') {
        at_ = At::dot_cr;
        return {{}, 1, false};
      }
      at_ = At::line;
      return {{}, 0, false};
    case At::dot_cr:
      if (input.front() != '\n') return {take_bare_cr(), 0, false};
      at_ = At::line_start;
      return {{}, 1, true};
    case At::cr:
      if (input.front() != '\n') return {take_bare_cr(), 0, false};
      end_line(line_start_);
      return {"\r\n", 1, false};
    default: end_line(At::line); return {"\r\n", 0, false};
  }
}

BodyScanner::Found BodyScanner::next(std::string_view input) noexcept {
  std::size_t at = 0;
  while (at < input.size()) {
    if (at_ == line_start_ && line_octets_ == 0) {
      at += skip_plain_lines(input.substr(at), line_limit_);
      if (at == input.size()) break;
    }
    if (at_ == At::line_start) {
      at_ = input[at] == '.' ? At::dot : At::line;
      if (at_ == At::dot) return {input.substr(0, at), at + 1, false};
    }
    if (at_ != At::line) return take_withheld(input);
    scan_line(input, at);
    if (at_ == At::cr || at_ == At::lf) return {input.substr(0, at), at + 1, false};
  }
  return {input, input.size(), false};
}

std::string_view BodyScanner::finish() noexcept {
  if (at_ == At::cr) return take_bare_cr();
  if (at_ != At::lf) return {};
  end_line(At::line);
  return "\r\n";
}

}  // namespace quoth::smtp
