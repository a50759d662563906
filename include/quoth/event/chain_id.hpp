#pragma once

#include <cstdint>

namespace quoth::event {

/// The chains of typed events by number; those of verbs follow.
enum class ChainId : std::uint8_t {
  connect,
  banner,
  helo,
  mail,
  rcpt,
  data,
  headers,
  message,
  reset,
  disconnect,
  etrn,
  tls,
  auth,
  logged_in,
  unknown,
  count,
};

}  // namespace quoth::event
