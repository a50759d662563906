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

/// @param raw what the client sent, without the dot at the end and its CRLF.
inline ReferenceText reference_text(std::string_view raw, const smtp::TextRules& rules,
                                    std::size_t line_limit, smtp::Framing framing) {
  using smtp::BareLineEnds;
  using smtp::BodyFault;
  ReferenceText result;
  const auto note = [&](BodyFault fault, bool is_forbidden) {
    const bool is_first = result.fault == BodyFault::none || result.fault == BodyFault::long_line;
    if (is_forbidden && is_first) result.fault = fault;
  };
  bool may_be_stuffed = framing == smtp::Framing::dots;
  std::size_t line_octets = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    const bool was_stuffed = may_be_stuffed && c == '.';
    may_be_stuffed = false;
    if (was_stuffed) continue;
    if (raw.substr(i).starts_with("\r\n")) {
      result.text += "\r\n";
      line_octets = 0;
      may_be_stuffed = framing == smtp::Framing::dots;
      ++i;
      continue;
    }
    if (c == '\r' || c == '\n') {
      note(c == '\r' ? BodyFault::bare_cr : BodyFault::bare_lf,
           rules.bare_line_ends == BareLineEnds::reject);
      if (rules.bare_line_ends == BareLineEnds::normalise) {
        result.text += "\r\n";
        line_octets = 0;
        continue;
      }
    }
    if (c == '\0') note(BodyFault::nul, !rules.passes_nul);
    result.text += c;
    if (++line_octets + 2 > line_limit) note(BodyFault::long_line, !rules.passes_long_lines);
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
