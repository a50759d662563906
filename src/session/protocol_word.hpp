#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <quoth/session.hpp>

namespace quoth::session {

/// What the Received field and the log call the protocol (RFC 3848, RFC 6531 §4.3): with "S" behind
/// it for TLS, and "A" for AUTH.
[[nodiscard]] inline std::string_view protocol_word(const Session& session) noexcept {
  using Words = std::array<std::string_view, 4>;
  constexpr Words esmtp{"ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA"};
  constexpr Words lmtp{"LMTP", "LMTPS", "LMTPA", "LMTPSA"};
  constexpr Words utf8_smtp{"UTF8SMTP", "UTF8SMTPS", "UTF8SMTPA", "UTF8SMTPSA"};
  constexpr Words utf8_lmtp{"UTF8LMTP", "UTF8LMTPS", "UTF8LMTPA", "UTF8LMTPSA"};
  const std::size_t kind = (session.tls() ? 1U : 0U) + (session.is_authenticated() ? 2U : 0U);
  const bool is_utf8 = session.envelope().mail.smtputf8;
  if (session.protocol() == smtp::Protocol::lmtp) return (is_utf8 ? utf8_lmtp : lmtp)[kind];
  if (is_utf8) return utf8_smtp[kind];
  return session.is_extended() ? esmtp[kind] : "SMTP";
}

}  // namespace quoth::session
