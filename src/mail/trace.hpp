#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/mail/mailbox.hpp>

namespace quoth::mail {

/// What a Received field tells (RFC 5321 §4.4).
struct Received {
  std::string_view helo;            ///< What the client called itself.
  std::string_view client_address;  ///< IPv4 or IPv6 in text; empty: a local socket.
  std::string_view by;              ///< Our host name.
  std::string_view cipher{};  ///< Of TLS, by its IANA name; empty: there was none (RFC 8314 §4.3).
  std::string_view comment{};  ///< What else is to be told of the client; empty: nothing.
  std::string_view protocol;   ///< SMTP, ESMTP … (RFC 3848).
  std::string_view id;         ///< The queue id.
  const Mailbox* recipient;    ///< The `for` clause; null if there are several recipients.
  std::chrono::system_clock::time_point time;
};

/// The Received field, folded, with its CRLF. Each line is at most 998 octets.
[[nodiscard]] std::string received_field(const Received& received);

/// The Return-Path field with its CRLF (RFC 5321 §4.4).
[[nodiscard]] std::string return_path_field(const ReversePath& sender);

/// Counts the Received fields of a message that comes in pieces, to find mail that goes round in
/// circles (RFC 5321 §6.3). Looks at the header section alone.
class ReceivedCounter {
 public:
  /// `octets` are the next of the message, with CRLF line ends.
  /// @returns how many of them belong to the header section, the empty line at its end included.
  std::size_t feed(std::string_view octets) noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Whether the body has begun: there is nothing more to count.
  [[nodiscard]] bool finished() const noexcept { return finished_; }

 private:
  void take(char c) noexcept;
  void compare(char c) noexcept;

  std::size_t count_ = 0;
  std::size_t matched_ = 0;    // octets of this line that agree with "received"
  std::size_t line_size_ = 0;  // octets of this line so far, with its CR
  bool comparing_ = true;      // whether this line can still turn out to be a Received field
  bool has_colon_ = false;     // this line has one, or is folded: it is of a field
  bool after_cr_ = false;
  bool finished_ = false;
};

}  // namespace quoth::mail
