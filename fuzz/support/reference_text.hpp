#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/smtp/body_scanner.hpp>

namespace quoth::fuzz {

/// What has to become of a message's text: the rules octet by octet, with no thought of speed.
struct ReferenceText {
  std::string text;
  smtp::BodyFault fault = smtp::BodyFault::none;
};

/// Notes a fault if the rules forbid it and no other was first; a long line is none beside others.
inline void note_fault(ReferenceText& text, const smtp::TextRules& rules, smtp::BodyFault fault) {
  using smtp::BodyFault;
  bool is_forbidden = rules.bare_line_ends == smtp::BareLineEnds::reject;
  if (fault == BodyFault::nul) is_forbidden = !rules.passes_nul;
  if (fault == BodyFault::long_line) is_forbidden = !rules.passes_long_lines;
  const bool is_first = text.fault == BodyFault::none || text.fault == BodyFault::long_line;
  if (is_forbidden && is_first) text.fault = fault;
}

/// Without the dots at the beginning of lines: only CRLF begins one.
inline std::string without_stuffing(std::string_view raw) {
  std::string result;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool is_at_start = i == 0 || raw.substr(0, i).ends_with("\r\n");
    if (!is_at_start || raw[i] != '.') result += raw[i];
  }
  return result;
}

/// @param raw what the client sent, without the dot at the end and its CRLF.
inline ReferenceText reference_text(std::string_view raw, const smtp::TextRules& rules,
                                    std::size_t line_limit, smtp::Framing framing) {
  using smtp::BodyFault;
  const bool replaces = rules.bare_line_ends == smtp::BareLineEnds::normalise;
  const std::string text =
      framing == smtp::Framing::dots ? without_stuffing(raw) : std::string{raw};
  ReferenceText result;
  std::size_t line_octets = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_crlf = text.compare(i, 2, "\r\n") == 0;
    const bool is_bare = !is_crlf && (c == '\r' || c == '\n');
    if (is_bare) note_fault(result, rules, c == '\r' ? BodyFault::bare_cr : BodyFault::bare_lf);
    if (is_crlf || (is_bare && replaces)) {
      result.text += "\r\n";
      line_octets = 0;
      i += is_crlf ? 1 : 0;
      continue;
    }
    if (c == '\0') note_fault(result, rules, BodyFault::nul);
    result.text += c;
    if (++line_octets + 2 > line_limit) note_fault(result, rules, BodyFault::long_line);
  }
  return result;
}

/// Where the text ends that `rest`, what came behind the CRLF of DATA, begins with: the place of
/// its dot; none if it does not end. The next command begins three octets later.
inline std::optional<std::size_t> reference_end(std::string_view rest) {
  const std::size_t end = std::string{"\r\n"}.append(rest).find("\r\n.\r\n");
  if (end == std::string::npos) return std::nullopt;
  return end;
}

}  // namespace quoth::fuzz
