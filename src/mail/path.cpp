#include "mail/path.hpp"

#include <string_view>

#include "mail/address_literal.hpp"
#include "mail/domain.hpp"
#include "mail/path_parser.hpp"
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {

Result<PathAt<ReversePath>> reverse_path_at(std::string_view text, Charset charset) {
  return PathParser{text, charset}.reverse_path();
}

Result<PathAt<Mailbox>> forward_path_at(std::string_view text, Charset charset) {
  return PathParser{text, charset}.forward_path();
}

bool is_helo_name(std::string_view name) noexcept {
  if (is_address_literal(name)) return true;
  // Numbers alone pass here: they are a Domain by the letter of RFC 5321 §4.1.2, nothing is ever
  // looked up or delivered by this name, and refusing it is for a plugin (RFC 5321 §4.1.4).
  const DomainScan scan = scan_domain(name, Letters::underscores);
  return scan.valid && scan.size == name.size() && scan.size <= max_domain_bytes;
}

}  // namespace quoth::mail
