#pragma once

#include <string_view>

#include <quoth/session.hpp>

namespace quoth::session {

/// What the Received field and the log call the protocol (RFC 3848).
[[nodiscard]] inline std::string_view protocol_word(const Session& session) noexcept {
  if (session.protocol() == smtp::Protocol::lmtp) return "LMTP";
  return session.is_extended() ? "ESMTP" : "SMTP";
}

}  // namespace quoth::session
