#pragma once

#include <chrono>
#include <string>

#include <quoth/smtp/extension.hpp>

/// The extensions of the RFCs, as definitions for a Dialect: `dialect.offer("DSN")` announces one
/// of those that standard_dialect() knows, `dialect.define(extension::deliver_by(60s))` one with
/// settings of its own.
namespace quoth::smtp::extension {

/// Several commands in one piece (RFC 2920).
[[nodiscard]] Extension pipelining();
/// Replies carry codes of RFC 3463 (RFC 2034).
[[nodiscard]] Extension enhanced_status_codes();
/// Limits::message_bytes, and SIZE= in MAIL (RFC 1870).
[[nodiscard]] Extension size();
/// BODY= in MAIL (RFC 6152).
[[nodiscard]] Extension eight_bit_mime();
/// Messages in chunks (RFC 3030 §2).
[[nodiscard]] Extension chunking();
/// BODY=BINARYMIME (RFC 3030 §3). Needs CHUNKING.
[[nodiscard]] Extension binary_mime();
/// Addresses in UTF-8, and SMTPUTF8 in MAIL (RFC 6531).
[[nodiscard]] Extension smtputf8();
/// Limits::recipients, messages and recipient_domains (RFC 9422).
[[nodiscard]] Extension limits();

/// RET= and ENVID= in MAIL, NOTIFY= and ORCPT= in RCPT (RFC 3461, RFC 6533).
[[nodiscard]] Extension dsn();

/// BY= in MAIL (RFC 2852). `minimum`: less than that with the mode "R" is refused; 0 to 999999999
/// seconds, 0: any.
/// @throws std::invalid_argument if it is out of its range.
[[nodiscard]] Extension deliver_by(std::chrono::seconds minimum = std::chrono::seconds{0});

/// MT-PRIORITY= in MAIL (RFC 6710). `profile`: the name of the policy that is announced, such as
/// "STANAG4406"; empty: none.
[[nodiscard]] Extension mt_priority(std::string profile = {});

/// The latest that a message may be held back to.
struct FutureReleaseLimits {
  /// The largest HOLDFOR, 1 to 999999999 seconds. It is for whoever holds the messages to see that
  /// HOLDUNTIL keeps it, too: this layer has no clock.
  std::chrono::seconds interval{std::chrono::days{30}};
  /// The largest HOLDUNTIL: the end of the year 9999, the last one that can be written.
  std::chrono::sys_seconds until{std::chrono::seconds{253402300799}};
};

/// HOLDFOR= or HOLDUNTIL= in MAIL (RFC 4865).
/// @throws std::invalid_argument if the interval is out of its range.
[[nodiscard]] Extension future_release(FutureReleaseLimits limits = {});

/// RRVS= in RCPT (RFC 7293).
[[nodiscard]] Extension rrvs();
/// The verb ETRN (RFC 1985).
[[nodiscard]] Extension etrn();
/// The verb STARTTLS (RFC 3207).
[[nodiscard]] Extension start_tls();
/// The verb AUTH, and AUTH= in MAIL (RFC 4954). Which mechanisms there are is the session's to say.
[[nodiscard]] Extension auth();
/// REQUIRETLS in MAIL (RFC 8689).
[[nodiscard]] Extension require_tls();

// No extensions of an RFC, but of Postfix. They are for trusted peers alone: standard_dialect()
// does not know them, so that nobody offers them to all by their keyword.

/// The verb XCLIENT: a proxy says whom it speaks for. What it does to the session is the server's.
[[nodiscard]] Extension xclient();
/// The verb XFORWARD: a filter says where the next message comes from.
[[nodiscard]] Extension xforward();

}  // namespace quoth::smtp::extension
