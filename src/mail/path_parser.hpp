#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

#include "mail/domain.hpp"
#include "mail/path.hpp"

namespace quoth::mail {

inline constexpr std::size_t max_local_part_bytes = 64;  ///< As sent (RFC 5321 §4.5.3.1.1).
inline constexpr std::size_t max_path_bytes = 256;       ///< With "<>" (RFC 5321 §4.5.3.1.3).

/// Reads one path or mailbox from left to right; the only maker of mailboxes. Good for one call.
///
/// All addresses go through here, those of a client as those of a configuration, so that what is
/// checked is what is delivered to. The grammar is that of RFC 5321 §4.1.2 and no wider; where
/// UTF-8 is allowed, with what RFC 6531 §3.3 adds. The parts are views of the text until all of it
/// has passed, so that nothing is copied twice.
class PathParser {
 public:
  PathParser(std::string_view text, Charset charset) noexcept : text_{text}, charset_{charset} {}

  [[nodiscard]] Result<PathAt<ReversePath>> reverse_path();
  [[nodiscard]] Result<PathAt<Mailbox>> forward_path();

  /// The whole text, without angle brackets.
  [[nodiscard]] Result<Mailbox> whole_mailbox();

  /// The whole text as a domain or an address literal, in its canonical form.
  [[nodiscard]] Result<std::string> whole_domain();

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] bool is_at(char c) const noexcept { return !at_end() && text_[at_] == c; }
  [[nodiscard]] bool take(char c) noexcept;
  /// Takes one character over U+007F, if they are allowed.
  [[nodiscard]] bool take_high() noexcept;
  [[nodiscard]] DomainScan scan() const noexcept;

  /// Notes what is wrong where reading stopped. Always false, as are the rules below that call it.
  [[nodiscard]] bool fail(Errc errc) noexcept;

  [[nodiscard]] bool bare_postmaster() noexcept;
  [[nodiscard]] bool bracketed_mailbox();
  [[nodiscard]] bool source_route() noexcept;
  [[nodiscard]] bool mailbox();
  [[nodiscard]] bool dot_string() noexcept;
  [[nodiscard]] bool quoted_string() noexcept;
  [[nodiscard]] bool domain();
  [[nodiscard]] bool domain_or_literal();
  [[nodiscard]] bool address_literal() noexcept;

  /// The mailbox that was read.
  [[nodiscard]] Mailbox made();
  [[nodiscard]] std::string made_domain();

  std::string_view text_;
  Charset charset_;
  std::size_t at_ = 0;  // 0 <= at_ <= text_.size()
  Errc errc_{};
  std::string_view mailbox_;
  std::string_view local_part_;
  std::string_view domain_;
  std::string ascii_domain_;  // of a domain that is not ASCII: its A-labels
};

}  // namespace quoth::mail
