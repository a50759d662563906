#include "mail/idn.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <idn2.h>

#include "core/ascii.hpp"
#include "mail/domain.hpp"
#include "mail/utf8.hpp"
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

// A domain has one canonical form, its A-labels, and whatever compares domains compares that. What
// becomes of a U-label is for IDNA to say, as libidn2 keeps it: RFC 5891 §5 with the mapping of UTS
// #46, which sees to case and to NFC, since people write "BÜCHER" and some systems send NFD.
//
// The mapping would do more than that, and be of use to those only who want a name to pass for
// another one. So two things are asked besides:
//
// - Labels are taken one by one, so that no character but "." parts them: the ideographic and the
//   fullwidth full stops are not in IDNA2008 (RFC 5895 is for user interfaces).
// - No character may vanish or become ASCII: a soft hyphen, a fullwidth letter, a ligature, a
//   Kelvin sign. libidn2 itself drops some that STD 3 forbids, such as U+2100, instead of refusing.
//
// Labels of ASCII with "xn--" are not decoded: as they stand they are what DNS will be asked, no
// other text gives the same label, and refusing those of which IDNA2008 does not approve, such as
// emoji, would lose the mail of domains that exist.

namespace quoth::mail {
namespace {

constexpr std::string_view ace_prefix = "xn--";

struct Free {
  void operator()(std::uint8_t* text) const noexcept { idn2_free(text); }
};

/// The A-label or the label of ASCII that IDNA makes of `label`; none if it refuses.
std::optional<std::string> lookup(const std::string& label) {
  std::uint8_t* made = nullptr;
  // NUL ends the label for libidn2; scan_domain() lets none through.
  const int status =
      idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(label.c_str()), &made,
                     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
  const std::unique_ptr<std::uint8_t, Free> owned{made};
  if (status != IDN2_OK || made == nullptr) return std::nullopt;
  return ascii::lower(reinterpret_cast<const char*>(made));
}

bool is_a_label(std::string_view label) noexcept {
  return label.starts_with(ace_prefix) && label.find('.') == std::string_view::npos;
}

/// Whether the mapping makes ASCII or nothing of `character`. Between letters it shows, since what
/// is refused there for its place only, such as a letter that runs right to left, stays; and a
/// hyphen at the end would be refused for being there.
bool is_lost(std::string_view character) {
  const std::optional<std::string> made = lookup('x' + std::string{character} + 'x');
  return made && !is_a_label(*made);
}

std::optional<std::string> to_a_label(const std::string& u_label) {
  std::string_view rest = u_label;
  while (!rest.empty()) {
    const std::size_t size = high_character_at(rest);
    if (size != 0 && is_lost(rest.substr(0, size))) return std::nullopt;
    rest.remove_prefix(std::max<std::size_t>(size, 1));
  }
  std::optional<std::string> label = lookup(u_label);
  if (label && !is_a_label(*label)) label.reset();
  return label;
}

}  // namespace

Result<std::string> to_ascii_domain(std::string_view domain) {
  std::string result;
  for (;;) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    if (is_ascii(label)) {
      result += ascii::lower(label);
    } else {
      const std::optional<std::string> a_label = to_a_label(std::string{label});
      if (!a_label) return Errc::bad_idn;
      result += *a_label;
    }
    if (label.size() == domain.size()) break;
    result += '.';
    domain.remove_prefix(label.size() + 1);
  }
  if (result.size() > max_domain_bytes) return Errc::domain_too_long;
  return result;
}

}  // namespace quoth::mail
