#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <quoth/smtp/limits.hpp>

namespace quoth::smtp {

/// What breaks the rules for a message's text.
enum class BodyFault : std::uint8_t {
  none,
  bare_cr,    ///< CR without LF behind it (RFC 5321 §2.3.8).
  bare_lf,    ///< LF without CR before it (RFC 5321 §2.3.8).
  nul,        ///< The octet 0 (RFC 5321 §4.5.2 wants text; RFC 6152 §3 forbids it too).
  long_line,  ///< Over the limit (RFC 5321 §4.5.3.1.6).
};

/// How the end of a message's text is known.
enum class Framing : std::uint8_t {
  dots,    ///< By CRLF.CRLF behind DATA; other dots at the start of a line are stuffed.
  chunks,  ///< By a count before it, behind BDAT; a dot is a dot (RFC 3030 §2).
};

/// Holds a message's text against the rules for its lines, takes the dots off, and finds its end:
/// CRLF.CRLF and nothing else, whatever stands around the dot (RFC 5321 §4.1.1.4, §4.5.2). Keeps no
/// octets: what it withholds at the end of a piece is in its state.
class BodyScanner {
 public:
  BodyScanner() = default;
  /// @param line_octets the longest line with its CRLF, a stuffed dot not counted.
  BodyScanner(const TextRules& rules, std::size_t line_octets, Framing framing) noexcept
      : rules_{rules},
        line_limit_{line_octets},
        line_start_{framing == Framing::dots ? At::line_start : At::line},
        at_{line_start_} {}

  struct Found {
    std::string_view text;  ///< The next of the message; a view into the input or a constant.
    std::size_t consumed;   ///< Octets of the input that are dealt with; 0 is possible.
    bool ended;             ///< CRLF.CRLF was the last of what is consumed.
  };

  /// Deals with the next octets of `input`. Call it again with what is not consumed.
  [[nodiscard]] Found next(std::string_view input) noexcept;

  /// The last chunk is in: what was withheld.
  [[nodiscard]] std::string_view finish() noexcept;

  /// The first fault that the rules forbid; text goes on after it, so that the end is found. A long
  /// line counts only if nothing else is wrong: what made it long may be that its end is none.
  [[nodiscard]] BodyFault fault() const noexcept { return fault_; }

 private:
  enum class At : std::uint8_t { line_start, dot, dot_cr, line, cr, lf };

  void scan_line(std::string_view input, std::size_t& at) noexcept;
  [[nodiscard]] Found take_withheld(std::string_view input) noexcept;
  [[nodiscard]] std::string_view take_bare_cr() noexcept;
  void end_line(At next) noexcept;
  void add_odd_octet() noexcept;
  void note(BodyFault fault) noexcept;
  [[nodiscard]] bool replaces() const noexcept {
    return rules_.bare_line_ends == BareLineEnds::normalise;
  }

  TextRules rules_;
  std::size_t line_limit_ = 1000;
  std::size_t line_octets_ = 0;  // of this line so far, its CRLF not counted
  At line_start_ = At::line_start;
  At at_ = At::line_start;
  BodyFault fault_ = BodyFault::none;
};

}  // namespace quoth::smtp
