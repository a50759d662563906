#pragma once

#include <cstddef>
#include <string_view>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {

/// A path at the beginning of a text, and how many octets of the text it is.
template <class Path>
struct PathAt {
  Path path;
  std::size_t size;
};

/// Reads "<" [ source-route ":" ] mailbox ">" or "<>" at the beginning of `text` (RFC 5321
/// §4.1.2). A source route is dropped (Appendix C).
[[nodiscard]] Result<PathAt<ReversePath>> reverse_path_at(std::string_view text,
                                                          Charset charset = Charset::ascii);

/// The same for a forward-path: never empty, and "<Postmaster>" in any case stands for itself (RFC
/// 5321 §4.1.1.3).
[[nodiscard]] Result<PathAt<Mailbox>> forward_path_at(std::string_view text,
                                                      Charset charset = Charset::ascii);

/// Whether `name` can stand after HELO and EHLO: a domain or an address literal (RFC 5321
/// §4.1.1.1). Underscores pass, since hosts that have them in their name send mail.
[[nodiscard]] bool is_helo_name(std::string_view name) noexcept;

}  // namespace quoth::mail
