#pragma once

#include <cstddef>
#include <string>

#include <quoth/assert.hpp>
#include <quoth/smtp/body_scanner.hpp>
#include <quoth/smtp/limits.hpp>

#include "fuzz/support/reference_text.hpp"

namespace quoth::fuzz {

/// A message that a client has reason to think delivered: it was ended, and the reply was yes.
struct Acknowledged {
  std::string raw;  ///< As it was sent, without the dot at its end.
  smtp::Framing framing = smtp::Framing::dots;
  std::size_t recipients = 0;  ///< Who got a yes; in SMTP all.
  bool says_binary = false;    ///< BINARYMIME stands in its MAIL line.
};

/// What of a message that came as `raw` has to be delivered.
inline ReferenceText delivered_text(const Acknowledged& message, const smtp::Limits& limits,
                                    bool is_binary) {
  QUOTH_ASSERT(!is_binary || message.says_binary);
  if (is_binary) {
    QUOTH_ASSERT(message.framing == smtp::Framing::chunks);
    return {.text = message.raw};
  }
  return reference_text(message.raw, limits.text, limits.text_line_bytes, message.framing);
}

}  // namespace quoth::fuzz
