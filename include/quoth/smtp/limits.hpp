#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace quoth::smtp {

/// What becomes of a CR or LF that stands alone in a message's text (RFC 5321 §2.3.8). Whatever is
/// chosen: CRLF.CRLF ends the text, and nothing else does.
enum class BareLineEnds : std::uint8_t {
  reject,     ///< 554 5.6.11 after the text.
  normalise,  ///< Each becomes CRLF.
  pass,       ///< Kept as it came.
};

/// What a message's text may look like. It does not concern BODY=BINARYMIME, which has no lines.
struct TextRules {
  BareLineEnds bare_line_ends = BareLineEnds::reject;
  /// Lets in lines over Limits::text_line_bytes; otherwise 500 5.6.0.
  bool passes_long_lines = false;
  /// Lets in the octet 0; otherwise 554 5.6.0.
  bool passes_nul = false;
};

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
  /// Commands since the last message that bring none nearer (NOOP, RSET, VRFY, HELP, EHLO again …);
  /// the next gets 421 4.7.0, and the connection is closed.
  std::size_t junk_commands = 100;
  /// Octets of a message's header section; more gets 552 5.3.4.
  std::size_t header_bytes = std::size_t{100} << 10U;
  /// Octets beyond message_bytes that are still read of a message that is refused, for the sake of
  /// the reply behind it; and of a chunk that is refused (BDAT). Past it the reply comes at once,
  /// and the connection is closed.
  std::uint64_t discarded_bytes = std::uint64_t{64} << 20U;
  /// Messages of a connection, announced as MAILMAX (RFC 9422 §4.1); the next gets 421 4.7.0. None:
  /// as many as come.
  std::optional<std::size_t> messages{};
  /// Domains among the recipients of a transaction, announced as RCPTDOMAINMAX (RFC 9422 §4.3); a
  /// recipient of one more gets 452 4.5.3. None: any number.
  std::optional<std::size_t> recipient_domains{};
  /// What a message's text may look like.
  TextRules text{};
  /// Received fields of a message; more is a loop and gets 554 5.4.6 (RFC 5321 §6.3).
  std::size_t received_fields = 100;
};

}  // namespace quoth::smtp
