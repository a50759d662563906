#pragma once

#include <cstddef>
#include <cstdint>

namespace quoth::smtp {

/// What one conversation may ask of the server. Each default is safe on the public Internet; 0 is
/// no special value anywhere.
struct Limits {
  /// Octets of a message, announced as SIZE; more gets 552 5.3.4 (RFC 1870 §6).
  std::uint64_t message_bytes = std::uint64_t{50} << 20U;
  /// Recipients of a transaction; the next gets 452 4.5.3 (RFC 5321 §4.5.3.1.8: at least 100).
  std::size_t recipients = 1000;
  /// Octets of a command line with its CRLF, before what extensions add (RFC 5321 §4.5.3.1.4).
  std::size_t command_line_bytes = 512;
  /// Octets of a text line with its CRLF, a stuffed dot not counted (RFC 5321 §4.5.3.1.6).
  std::size_t text_line_bytes = 1000;
  /// The failed command of this number gets 421 4.7.0, and the connection is closed.
  std::size_t errors = 20;
  /// The same for recipients that are refused.
  std::size_t refused_recipients = 100;
  /// Received fields of a message; more is a loop and gets 554 5.4.6 (RFC 5321 §6.3).
  std::size_t received_fields = 100;
};

}  // namespace quoth::smtp
