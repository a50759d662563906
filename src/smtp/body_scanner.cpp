#include <quoth/smtp/body_scanner.hpp>

#include <cstddef>
#include <string_view>

#include "core/scan.hpp"

namespace quoth::smtp {

// Theory of operation. Outside of the states line_start and line, octets have come that are not
// passed on yet, since what they mean depends on the next one:
//
//   dot     "." at the start of a line: stuffed, unless CRLF follows (RFC 5321 §4.5.2)
//   dot_cr  ".CR" there: the end, if LF follows; otherwise the dot was stuffed and the CR is bare
//   cr      "CR" within a line that came last in a piece: the line's end, if LF follows
//
// So the text that a piece yields is one stretch of the piece, or the constant that was withheld.

void BodyScanner::end_line() noexcept {
  line_octets_ = 0;
  at_ = At::line_start;
}

/// Goes on from `at` to the end of the line or of the input, whichever is first. Leaves `at` behind
/// what is passed on.
void BodyScanner::scan_line(std::string_view input, std::size_t& at) noexcept {
  while (at < input.size()) {
    const std::size_t stretch = find_line_octet(input.substr(at));
    line_octets_ += stretch;
    at += stretch;
    if (line_octets_ + 2 > line_limit_) note(BodyFault::long_line);
    if (at == input.size()) break;
    if (input[at] == '\r') {
      if (at + 1 == input.size()) {
        at_ = At::cr;
        return;
      }
      if (input[at + 1] == '\n') {
        at += 2;
        end_line();
        return;
      }
      note(BodyFault::bare_cr);
    } else {
      note(input[at] == '\n' ? BodyFault::bare_lf : BodyFault::nul);
    }
    ++line_octets_;
    ++at;
  }
}

BodyScanner::Found BodyScanner::next(std::string_view input) noexcept {
  std::size_t at = 0;
  while (at < input.size()) {
    switch (at_) {
      case At::line_start:
        at_ = input[at] == '.' ? At::dot : At::line;
        if (at_ == At::dot) return {input.substr(0, at), at + 1, false};
        break;
      case At::line:
        scan_line(input, at);
        if (at_ == At::cr) return {input.substr(0, at), at + 1, false};
        break;
      case At::dot:
        at_ = input[at] == '\r' ? At::dot_cr : At::line;
        if (at_ == At::dot_cr) return {{}, at + 1, false};
        break;
      case At::dot_cr:
        if (input[at] == '\n') {
          at_ = At::line_start;
          return {{}, at + 1, true};
        }
        [[fallthrough]];
      case At::cr:
        if (at_ == At::cr && input[at] == '\n') {
          end_line();
          return {"\r\n", at + 1, false};
        }
        note(BodyFault::bare_cr);
        ++line_octets_;
        at_ = At::line;
        return {"\r", at, false};
    }
  }
  return {input, input.size(), false};
}

}  // namespace quoth::smtp
