#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "mail/path_parser.hpp"
#include "mail/utf8.hpp"
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {

Result<Mailbox> Mailbox::parse(std::string_view text, Charset charset) {
  return PathParser{text, charset}.whole_mailbox();
}

bool Mailbox::is_ascii() const noexcept { return mail::is_ascii(text_); }

Mailbox Mailbox::at(std::string_view domain) const {
  // With the quotes it came with, so that the new text is parsed as the old one was. A bare
  // postmaster may have come in any case (RFC 5321 §4.1.1.3); it becomes the lower-case one.
  // No domain holds an "@".
  std::string text = is_bare_postmaster() ? local_ : text_.substr(0, text_.rfind('@'));
  text.push_back('@');
  text.append(domain);
  return parse(text, Charset::utf8).value();
}

Result<std::string> canonical_domain(std::string_view domain) {
  return PathParser{domain, Charset::utf8}.whole_domain();
}

Result<std::string> canonical_pattern(std::string_view pattern) {
  if (is_ascii(pattern)) return ascii::lower(pattern);
  const std::string_view star = pattern.starts_with("*.") ? "*." : "";
  Result<std::string> domain = canonical_domain(pattern.substr(star.size()));
  if (!domain) return domain.error();
  return std::string{star} + *domain;
}

std::string to_path(const ReversePath& path) {
  return path ? '<' + path->text() + '>' : std::string{"<>"};
}

}  // namespace quoth::mail
