#include <string>
#include <string_view>

#include "mail/path_parser.hpp"
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {

Result<Mailbox> Mailbox::parse(std::string_view text) { return PathParser{text}.whole_mailbox(); }

Mailbox Mailbox::at(std::string_view domain) const {
  // With the quotes it came with, so that the new text is parsed as the old one was. A bare
  // postmaster may have come in any case (RFC 5321 §4.1.1.3); it becomes the lower-case one.
  std::string text =
      is_bare_postmaster() ? local_ : text_.substr(0, text_.size() - domain_.size() - 1);
  text.push_back('@');
  text.append(domain);
  return parse(text).value();
}

std::string to_path(const ReversePath& path) {
  return path ? '<' + path->text() + '>' : std::string{"<>"};
}

}  // namespace quoth::mail
