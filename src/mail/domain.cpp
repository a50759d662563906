#include "mail/domain.hpp"

#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"

namespace quoth::mail {

namespace {

constexpr bool is_label_octet(char c, bool underscores) noexcept {
  return ascii::is_alnum(c) || c == '-' || (c == '_' && underscores);
}

/// sub-domain = Let-dig [Ldh-str] (RFC 5321 §4.1.2); `label` holds label octets only.
constexpr bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= max_label_bytes && label.front() != '-' &&
         label.back() != '-';
}

}  // namespace

DomainScan scan_domain(std::string_view text, bool underscores) noexcept {
  bool valid = true;
  std::size_t at = 0;
  for (;; ++at) {
    const std::size_t begin = at;
    while (at < text.size() && is_label_octet(text[at], underscores)) ++at;
    // An empty label is none, so there is no dot at the end either: the names of SMTP are complete
    // as they are (RFC 5321 §2.3.5).
    valid = is_label(text.substr(begin, at - begin)) && valid;
    if (at == text.size() || text[at] != '.') break;
  }
  return {.size = at, .valid = valid};
}

}  // namespace quoth::mail
