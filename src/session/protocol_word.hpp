#pragma once

#include <string_view>

#include <quoth/session.hpp>

namespace quoth::session {

/// What the Received field and the log call the protocol (RFC 3848, RFC 6531 §4.3).
[[nodiscard]] inline std::string_view protocol_word(const Session& session) noexcept {
  const bool is_utf8 = session.envelope().mail.smtputf8;
  if (session.protocol() == smtp::Protocol::lmtp) return is_utf8 ? "UTF8LMTP" : "LMTP";
  if (is_utf8) return "UTF8SMTP";
  return session.is_extended() ? "ESMTP" : "SMTP";
}

}  // namespace quoth::session
