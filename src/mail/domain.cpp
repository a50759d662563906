#include "mail/domain.hpp"

#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"
#include "mail/utf8.hpp"

namespace quoth::mail {

namespace {

constexpr bool is_label_octet(char c, bool underscores) noexcept {
  return ascii::is_alnum(c) || c == '-' || (c == '_' && underscores);
}

/// sub-domain = Let-dig [Ldh-str] (RFC 5321 §4.1.2); `label` holds label octets only. What counts
/// of a U-label is the length of its A-label (RFC 5890 §2.3.2.1), which IDNA looks at.
constexpr bool is_label(std::string_view label, bool ascii) noexcept {
  return !label.empty() && (label.size() <= max_label_bytes || !ascii) && label.front() != '-' &&
         label.back() != '-';
}

/// Steps over characters that are letters beyond ASCII.
bool skip_high(std::string_view text, std::size_t& at) noexcept {
  const std::size_t size = visible_high_character_at(text.substr(at));
  at += size;
  return size != 0;
}

}  // namespace

DomainScan scan_domain(std::string_view text, Letters letters) noexcept {
  const bool underscores = letters == Letters::underscores;
  bool valid = true;
  bool ascii = true;
  std::size_t at = 0;
  for (;; ++at) {
    const std::size_t begin = at;
    bool ascii_label = true;
    for (;;) {
      while (at < text.size() && is_label_octet(text[at], underscores)) ++at;
      if (letters != Letters::utf8 || !skip_high(text, at)) break;
      ascii_label = false;
    }
    ascii = ascii && ascii_label;
    // An empty label is none, so there is no dot at the end either: the names of SMTP are complete
    // as they are (RFC 5321 §2.3.5).
    valid = is_label(text.substr(begin, at - begin), ascii_label) && valid;
    if (at == text.size() || text[at] != '.') break;
  }
  return {.size = at, .valid = valid, .ascii = ascii};
}

}  // namespace quoth::mail
