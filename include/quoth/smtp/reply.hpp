#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/smtp/codes.hpp>

namespace quoth::smtp {

/// An enhanced status code, "5.1.1" (RFC 3463). Default constructed: none.
struct EnhancedCode {
  std::uint16_t status_class = 0;
  std::uint16_t subject = 0;
  std::uint16_t detail = 0;

  [[nodiscard]] constexpr bool is_set() const noexcept { return status_class != 0; }
  friend constexpr bool operator==(const EnhancedCode&, const EnhancedCode&) = default;
};

/// One reply of the server (RFC 5321 §4.2): a code, maybe an enhanced one, lines of text, and
/// whether the connection ends after it.
///
/// The text cannot break the protocol, whoever wrote it: "\n" begins a further line of the same
/// reply, and every octet that may not stand in a reply is sent as "?".
class Reply {
 public:
  /// @param code 200 to 599. @param text an enhanced code of the same class may lead it:
  /// `Reply{550, "5.1.1 no such user"}`. Lines are parted by "\n".
  /// @throws std::invalid_argument if `code` is out of its range.
  Reply(unsigned code, std::string_view text);

  /// The code that the client sees.
  [[nodiscard]] unsigned code() const noexcept { return code_; }
  [[nodiscard]] EnhancedCode enhanced() const noexcept { return enhanced_; }
  /// The lines, without codes.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// 2xx and 3xx: the command is done, or goes on.
  [[nodiscard]] bool is_positive() const noexcept { return code_ < 400; }
  /// 4xx: trying again later may help.
  [[nodiscard]] bool is_transient() const noexcept { return code_ >= 400 && code_ < 500; }
  /// 5xx: it will not.
  [[nodiscard]] bool is_permanent() const noexcept { return code_ >= 500; }

  /// Asks that the connection is closed once this reply is out. 221 and 421 always do (RFC 5321
  /// §3.8).
  Reply& then_close() noexcept {
    closes_ = true;
    return *this;
  }
  [[nodiscard]] bool closes() const noexcept {
    return closes_ || code_ == code::quit || code_ == code::not_available;
  }

  /// "550 5.1.1 no such user": the first line, for logs and tests.
  [[nodiscard]] std::string summary() const;

 private:
  std::string text_;
  std::uint16_t code_;
  EnhancedCode enhanced_;
  bool closes_ = false;
};

/// Whether a reply carries an enhanced code: all of 2xx, 4xx and 5xx do, but the greeting and the
/// answers to HELO and EHLO (RFC 2034 §4). One that lacks it gets "X.0.0".
enum class Enhanced : std::uint8_t { yes, no };

/// Appends `reply` to `out` as it goes over the wire, each line with its CRLF and within 512 octets
/// (RFC 5321 §4.5.3.1.5).
void append_reply(std::string& out, const Reply& reply, Enhanced enhanced = Enhanced::yes);

}  // namespace quoth::smtp
