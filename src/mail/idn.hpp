#pragma once

#include <string>
#include <string_view>

#include <quoth/result.hpp>

namespace quoth::mail {

/// The A-label form, in lower case, of a domain that scan_domain() found valid with characters over
/// U+007F in it (RFC 5890 §2.3.2.1). Labels of ASCII are only put into lower case: an A-label is in
/// that form already. Errc::bad_idn, or Errc::domain_too_long if that form is over 255 octets.
[[nodiscard]] Result<std::string> to_ascii_domain(std::string_view domain);

}  // namespace quoth::mail
