#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quoth::bench {

/// What is wrong with the octets of a reply, whatever it says.
enum class Defect : std::uint8_t {
  none,
  not_a_reply,    ///< A line that does not begin with a reply code (RFC 5321 §4.2).
  bare_lf,        ///< A line ended by LF alone (RFC 5321 §2.3.8).
  mixed_codes,    ///< Lines of one reply with different codes (RFC 5321 §4.2.1).
  bad_separator,  ///< Neither space nor hyphen behind the code (RFC 5321 §4.2).
  bad_octet,      ///< A control character, or one above 127 (RFC 5321 §4.2).
  too_long,       ///< A line of more than 512 octets (RFC 5321 §4.5.3.1.5), or far too many lines.
};

/// What it is, in a few words.
[[nodiscard]] std::string_view describe(Defect defect) noexcept;

/// One reply, all of its lines.
struct Reply {
  unsigned code = 0;  ///< 0: its first line has none.
  Defect defect = Defect::none;
  std::string_view octets{};  ///< As they came.
};

/// Cuts what a server sends into replies, strictly. Copies and allocates only where a reply comes
/// in pieces. Of this generator alone, so that a mistake of the server does not meet itself here.
class ReplyReader {
 public:
  /// Takes the next reply off the front of `input`. None: all of it was taken, and more is needed.
  /// The reply's octets are good until the next call, or until those of `input` go.
  [[nodiscard]] std::optional<Reply> next(std::string_view& input);

  void clear() noexcept;

 private:
  std::optional<Reply> go_on(std::string_view& input);
  Reply finish();

  std::string pending_;         // the beginning of a reply that came in pieces
  std::size_t line_begin_ = 0;  // of its last line
  bool is_taken_ = false;       // `pending_` was a whole one, and has been returned
};

}  // namespace quoth::bench
