#include "mail/path_parser.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"
#include "mail/address_literal.hpp"
#include "mail/domain.hpp"
#include "mail/idn.hpp"
#include "mail/path.hpp"
#include "mail/utf8.hpp"
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {
namespace {

/// atext of RFC 5322 §3.2.3, by octet.
constexpr std::array<bool, 256> atext_table = [] {
  std::array<bool, 256> table{};
  for (unsigned octet = 0; octet < 128; ++octet) {
    const char c = static_cast<char>(octet);
    table[octet] = ascii::is_alnum(c) ||
                   std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
  }
  return table;
}();

constexpr bool is_atext(char c) noexcept { return atext_table[static_cast<unsigned char>(c)]; }

constexpr bool is_printable(char c) noexcept { return !ascii::is_control(c) && !ascii::is_high(c); }

constexpr std::string_view postmaster = "postmaster";

/// What a local part means: without its quotes and the backslashes of its pairs.
std::string unquoted(std::string_view local_part) {
  if (!local_part.starts_with('"')) return std::string{local_part};
  std::string text;
  for (std::size_t i = 1; i + 1 < local_part.size(); ++i) {
    if (local_part[i] == '\\') ++i;
    text.push_back(local_part[i]);
  }
  return text;
}

}  // namespace

Result<PathAt<ReversePath>> PathParser::reverse_path() {
  // The null path has no sender, and bounces use it (RFC 5321 §4.5.5).
  if (text_.starts_with("<>")) return PathAt<ReversePath>{.path = std::nullopt, .size = 2};
  if (!bracketed_mailbox()) return errc_;
  return PathAt<ReversePath>{.path = made(), .size = at_};
}

Result<PathAt<Mailbox>> PathParser::forward_path() {
  if (!bare_postmaster() && !bracketed_mailbox()) return errc_;
  return PathAt<Mailbox>{.path = made(), .size = at_};
}

Result<Mailbox> PathParser::whole_mailbox() {
  if (!mailbox() || !(at_end() || fail(Errc::bad_domain))) return errc_;
  return made();
}

Result<std::string> PathParser::whole_domain() {
  if (!domain_or_literal() || !(at_end() || fail(Errc::bad_domain))) return errc_;
  return made_domain();
}

std::string PathParser::made_domain() {
  return ascii_domain_.empty() ? ascii::lower(domain_) : std::move(ascii_domain_);
}

Mailbox PathParser::made() {
  // Postmaster without a domain may come in any case (RFC 5321 §4.1.1.3), and is one mailbox.
  std::string local = domain_.empty() ? std::string{postmaster} : unquoted(local_part_);
  return {std::string{mailbox_}, std::move(local), made_domain()};
}

bool PathParser::take(char c) noexcept {
  if (!is_at(c)) return false;
  ++at_;
  return true;
}

/// RFC 6531 §3.3 widens atext, qtextSMTP and sub-domain by these.
bool PathParser::take_high() noexcept {
  if (charset_ == Charset::ascii) return false;
  const std::size_t size = visible_high_character_at(text_.substr(at_));
  at_ += size;
  return size != 0;
}

DomainScan PathParser::scan() const noexcept {
  return scan_domain(text_.substr(at_), charset_ == Charset::utf8 ? Letters::utf8 : Letters::ascii);
}

bool PathParser::fail(Errc errc) noexcept {
  errc_ = errc;
  if (at_end() || !ascii::is_high(text_[at_])) return false;
  // Without UTF-8 no rule takes octets over 127, so reading stops at the first one.
  if (charset_ == Charset::ascii) {
    errc_ = Errc::non_ascii;
  } else if (high_character_at(text_.substr(at_)) == 0) {
    errc_ = Errc::bad_utf8;
  }
  return false;
}

/// "<Postmaster>" without a domain, in any case (RFC 5321 §4.1.1.3).
bool PathParser::bare_postmaster() noexcept {
  const std::size_t size = postmaster.size() + 2;
  if (text_.size() < size || text_[0] != '<' || text_[size - 1] != '>') return false;
  mailbox_ = text_.substr(1, postmaster.size());
  if (!ascii::iequals(mailbox_, postmaster)) return false;
  at_ = size;
  return true;
}

bool PathParser::bracketed_mailbox() {
  if (!take('<')) return fail(Errc::missing_angle_bracket);
  if (is_at('@') && !source_route()) return false;
  if (!mailbox()) return false;
  const bool ended = at_end() || is_at(' ');
  return take('>') || fail(ended ? Errc::missing_angle_bracket : Errc::bad_domain);
}

/// A-d-l ":". It is read strictly and then ignored (RFC 5321 §4.1.1.3, Appendix C).
bool PathParser::source_route() noexcept {
  for (bool more = true; more; more = take(',')) {
    if (!take('@')) return fail(Errc::bad_source_route);
    const DomainScan domain = scan();
    at_ += domain.size;
    if (!domain.valid || domain.size > max_domain_bytes) return fail(Errc::bad_source_route);
  }
  return take(':') || fail(Errc::bad_source_route);
}

bool PathParser::mailbox() {
  const std::size_t begin = at_;
  if (!(is_at('"') ? quoted_string() : dot_string())) return false;
  local_part_ = text_.substr(begin, at_ - begin);
  if (local_part_.size() > max_local_part_bytes) return fail(Errc::local_part_too_long);

  const bool ended = at_end() || is_at('>');
  if (!take('@')) return fail(ended ? Errc::missing_domain : Errc::bad_local_part);
  if (!domain_or_literal()) return false;
  mailbox_ = text_.substr(begin, at_ - begin);
  // Counted is what is kept. A source route, which is dropped, may use all of the command line: the
  // limits are what a server must at least take (RFC 5321 §4.5.3.1), and no mail is lost for it.
  return mailbox_.size() + 2 <= max_path_bytes || fail(Errc::path_too_long);
}

/// Dot-string = Atom *("." Atom), so no dot at either end and no two together (RFC 5321 §4.1.2).
bool PathParser::dot_string() noexcept {
  char last = '.';
  while (!at_end()) {
    const char c = text_[at_];
    if (is_atext(c)) {
      ++at_;
    } else if (c == '.') {
      if (last == '.') return fail(Errc::bad_local_part);
      ++at_;
    } else if (!take_high()) {
      break;
    }
    last = c;
  }
  return last != '.' || fail(Errc::bad_local_part);
}

/// Quoted-string: printable ASCII and spaces, never a control octet, not even behind a backslash
/// (RFC 5321 §4.1.2). Behind one stands ASCII alone: RFC 6531 §3.3 leaves quoted-pairSMTP as it is.
bool PathParser::quoted_string() noexcept {
  ++at_;
  while (!at_end()) {
    if (take('"')) return true;
    if (take_high()) continue;
    if (take('\\') && at_end()) break;
    if (!is_printable(text_[at_])) break;
    ++at_;
  }
  return fail(Errc::bad_local_part);
}

bool PathParser::domain_or_literal() { return is_at('[') ? address_literal() : domain(); }

bool PathParser::domain() {
  if (at_end() || is_at('>')) return fail(Errc::missing_domain);
  const DomainScan found = scan();
  domain_ = text_.substr(at_, found.size);
  at_ += found.size;
  if (found.size > max_domain_bytes) return fail(Errc::domain_too_long);
  if (!found.valid) return fail(Errc::bad_domain);
  if (!found.ascii) {
    Result<std::string> a_labels = to_ascii_domain(domain_);
    if (!a_labels) {
      errc_ = static_cast<Errc>(a_labels.error().value());
      return false;
    }
    ascii_domain_ = *std::move(a_labels);
    return true;
  }
  // A number alone is an address without its brackets: no top-level domain is one (RFC 3696 §2),
  // and what looks a name up might take it for an address (RFC 5321 §4.1.3).
  const bool numeric = domain_.find_first_not_of("0123456789.") == std::string_view::npos;
  return !numeric || fail(Errc::bad_domain);
}

bool PathParser::address_literal() noexcept {
  const std::size_t begin = at_;
  while (!at_end() && is_printable(text_[at_]) && text_[at_] != ']') ++at_;
  if (!take(']')) return fail(Errc::bad_address_literal);
  domain_ = text_.substr(begin, at_ - begin);
  return is_address_literal(domain_) || fail(Errc::bad_address_literal);
}

}  // namespace quoth::mail
