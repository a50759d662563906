#include "mail/domain.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"
#include "mail/utf8.hpp"

namespace quoth::mail {

namespace {

constexpr std::array<bool, 256> label_octets = [] {
  std::array<bool, 256> table{};
  for (unsigned octet = 0; octet < 128; ++octet) {
    const char c = static_cast<char>(octet);
    table[octet] = ascii::is_alnum(c) || c == '-';
  }
  return table;
}();

constexpr bool is_label_octet(char c) noexcept {
  return label_octets[static_cast<unsigned char>(c)];
}

/// sub-domain = Let-dig [Ldh-str] (RFC 5321 §4.1.2); `label` holds label octets only. What counts
/// of a U-label is the length of its A-label (RFC 5890 §2.3.2.1), which IDNA looks at.
constexpr bool is_label(std::string_view label, bool ascii) noexcept {
  return !label.empty() && (label.size() <= max_label_bytes || !ascii) && label.front() != '-' &&
         label.back() != '-';
}

/// The octets of the letter beyond letters, digits and hyphens that `text` begins with; 0: none.
std::size_t other_letter_at(std::string_view text, Letters letters) noexcept {
  switch (letters) {
    case Letters::ascii: return 0;
    case Letters::underscores: return text.starts_with('_') ? 1 : 0;
    case Letters::utf8: break;
  }
  return visible_high_character_at(text);
}

}  // namespace

DomainScan scan_domain(std::string_view text, Letters letters) noexcept {
  bool valid = true;
  bool ascii = true;
  std::size_t at = 0;
  for (;; ++at) {
    const std::size_t begin = at;
    bool ascii_label = true;
    for (;;) {
      while (at < text.size() && is_label_octet(text[at])) ++at;
      if (letters == Letters::ascii || at == text.size() || text[at] == '.') break;
      const std::size_t size = other_letter_at(text.substr(at), letters);
      if (size == 0) break;
      ascii_label = ascii_label && letters != Letters::utf8;
      at += size;
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
