#pragma once

#include <string>

#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/reply.hpp>

namespace quoth::smtp {

/// What is said to a message over Limits::message_bytes, wherever that shows (RFC 1870 §6).
[[nodiscard]] inline Reply too_large(const Limits& limits) {
  return {code::quota_limit,
          "5.3.4 message larger than " + std::to_string(limits.message_bytes) + " octets"};
}

}  // namespace quoth::smtp
