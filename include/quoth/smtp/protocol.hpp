#pragma once

#include <cstdint>

namespace quoth::smtp {

/// What is spoken: SMTP, or its sister for the last hop into a mail store (RFC 2033).
enum class Protocol : std::uint8_t {
  smtp,
  lmtp,  ///< LHLO, and behind a message's text a reply for each recipient.
};

}  // namespace quoth::smtp
