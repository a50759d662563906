#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoth::conform {

/// What is wrong with the octets of a reply, whatever it says.
enum class Defect : std::uint8_t {
  not_a_reply,    ///< A line that does not begin with a reply code (RFC 5321 §4.2).
  bare_lf,        ///< A line ended by LF alone (RFC 5321 §2.3.8).
  bare_cr,        ///< A CR without LF inside a line (RFC 5321 §2.3.8).
  mixed_codes,    ///< Lines of one reply with different codes (RFC 5321 §4.2.1).
  bad_separator,  ///< Neither space nor hyphen behind the code (RFC 5321 §4.2).
  bad_octet,      ///< A control character or NUL in the text (RFC 5321 §4.2).
  high_octet,     ///< An octet above 127; right only after SMTPUTF8 (RFC 6531 §3.7.4).
  too_long,       ///< A line of more than 512 octets with its CRLF (RFC 5321 §4.5.3.1.5).
};

/// What it is, in a few words.
[[nodiscard]] std::string_view describe(Defect defect) noexcept;

/// The x.y.z at the beginning of a reply's text (RFC 2034 §4).
struct EnhancedCode {
  unsigned status_class = 0;
  unsigned subject = 0;
  unsigned detail = 0;

  friend bool operator==(const EnhancedCode&, const EnhancedCode&) = default;
};

/// Reads "2.1.5 text" or "2.1.5"; none if that is not how `text` begins.
[[nodiscard]] std::optional<EnhancedCode> parse_enhanced(std::string_view text) noexcept;

/// One reply of a server, all of its lines.
struct Reply {
  unsigned code = 0;               ///< 0: its first line is no reply.
  std::vector<std::string> lines;  ///< The text of each line, behind code and separator.
  std::vector<Defect> defects;     ///< Each kind once.
  std::string octets;              ///< As it came.

  [[nodiscard]] bool has(Defect defect) const noexcept;
};

/// Cuts what a server sends into replies. Strict in what it notes, lenient in going on: a line ends
/// with LF, whatever stands before it. Written for this battery alone, so that a mistake of the
/// server's encoder does not meet itself here.
class ReplyReader {
 public:
  void feed(std::string_view octets) { pending_ += octets; }

  /// The next whole reply; none: more octets are needed.
  [[nodiscard]] std::optional<Reply> next();

  /// What came and is no whole reply yet.
  [[nodiscard]] std::string_view pending() const noexcept { return pending_; }

 private:
  std::string pending_;
  std::size_t searched_ = 0;    // of pending_: no reply ends here
  std::size_t line_begin_ = 0;  // the line that is not complete
};

}  // namespace quoth::conform
