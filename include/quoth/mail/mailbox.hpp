#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/result.hpp>

namespace quoth::mail {

/// What can be wrong with a path, a mailbox or a domain. The message of the `error_code` says it
/// in words that can stand in a reply.
enum class Errc {
  missing_angle_bracket = 1,  ///< A path stands between "<" and ">".
  bad_source_route,           ///< "@host,@host:" before the mailbox (RFC 5321 §4.1.2, Appendix C).
  bad_local_part,
  local_part_too_long,  ///< Over 64 octets (RFC 5321 §4.5.3.1.1).
  bad_domain,
  domain_too_long,      ///< Over 255 octets (RFC 5321 §4.5.3.1.2).
  path_too_long,        ///< Over 256 octets with its brackets (RFC 5321 §4.5.3.1.3).
  bad_address_literal,  ///< "[…]" that is neither IPv4 nor IPv6 (RFC 5321 §4.1.3).
  non_ascii,            ///< Octets over 127: wants SMTPUTF8 (RFC 6531 §3.2).
  missing_domain,       ///< Only "<Postmaster>" may stand without one (RFC 5321 §4.1.1.3).
  bad_utf8,             ///< Overlong, a surrogate, cut off … (RFC 3629 §3).
  bad_idn,              ///< A label that IDNA refuses (RFC 5891 §5.4).
};

/// What an address may be written in.
enum class Charset : std::uint8_t {
  ascii,  ///< RFC 5321.
  utf8,   ///< The same and what SMTPUTF8 adds (RFC 6531 §3.3).
};

[[nodiscard]] error_code make_error_code(Errc errc) noexcept;

/// A mailbox: local part, "@", domain (RFC 5321 §4.1.2). What exists has passed the grammar, so it
/// holds no control octet and no line end. A bare postmaster (RFC 5321 §4.5.1) has no domain.
///
/// There is one form that all checks and all deliveries use: local() and domain().
class Mailbox {
 public:
  /// Reads `text` as "local@domain", without angle brackets.
  [[nodiscard]] static Result<Mailbox> parse(std::string_view text,
                                             Charset charset = Charset::ascii);

  /// The local part's octets with quotes and backslashes resolved: `"a b\"c"` gives `a b"c`. Case
  /// is kept: only the mailbox's own host may ignore it (RFC 5321 §2.4). So is UTF-8, which is not
  /// normalised (RFC 6532 §3.1).
  [[nodiscard]] const std::string& local() const noexcept { return local_; }

  /// The domain as canonical_domain() has it, or an address literal with its brackets; empty: a
  /// bare postmaster. It is ASCII, whatever the client wrote.
  [[nodiscard]] const std::string& domain() const noexcept { return domain_; }

  /// As the client wrote it, without brackets and source route.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Otherwise it can be sent on with SMTPUTF8 only (RFC 6531 §3.2).
  [[nodiscard]] bool is_ascii() const noexcept;

  [[nodiscard]] bool is_bare_postmaster() const noexcept { return domain_.empty(); }
  [[nodiscard]] bool has_address_literal() const noexcept { return domain_.starts_with('['); }

  /// The same mailbox at another domain, which must be a valid one.
  /// @throws boost::system::system_error otherwise.
  [[nodiscard]] Mailbox at(std::string_view domain) const;

  /// Equal local parts (with regard to case) and equal domains.
  friend bool operator==(const Mailbox& a, const Mailbox& b) noexcept {
    return a.local_ == b.local_ && a.domain_ == b.domain_;
  }

 private:
  friend class PathParser;
  Mailbox(std::string text, std::string local, std::string domain)
      : text_{std::move(text)}, local_{std::move(local)}, domain_{std::move(domain)} {}

  std::string text_;
  std::string local_;
  std::string domain_;
};

/// Where a message comes from and its bounces go; none for the null path "<>" (RFC 5321 §4.5.5).
using ReversePath = std::optional<Mailbox>;

/// The form of a domain that is compared with others: lower case, U-labels as A-labels (RFC 5890
/// §2.3.2.1), so that "Bücher.example" gives "xn--bcher-kva.example". An address literal in its
/// brackets is in lower case, too. Errors are those of Errc that concern a domain.
[[nodiscard]] Result<std::string> canonical_domain(std::string_view domain);

/// The same for what stands for domains in a configuration: "*.suffix", "*" or a domain. What is
/// ASCII is put into lower case and not looked at.
[[nodiscard]] Result<std::string> canonical_pattern(std::string_view pattern);

/// `path` in angle brackets, as it stands in MAIL and in Return-Path.
[[nodiscard]] std::string to_path(const ReversePath& path);

}  // namespace quoth::mail

template <>
struct boost::system::is_error_code_enum<quoth::mail::Errc> : std::true_type {};
