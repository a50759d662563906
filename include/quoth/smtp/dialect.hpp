#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/smtp/extension.hpp>
#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/protocol.hpp>
#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// What a server speaks: its verbs, its extensions and its limits. Set up before the server runs;
/// afterwards all its sessions read it, from any thread.
class Dialect {
 public:
  /// Knows no verb at all: see standard_dialect().
  explicit Dialect(Limits limits, Protocol protocol = Protocol::smtp)
      : limits_{limits}, longest_line_{limits.command_line_bytes}, protocol_{protocol} {}

  /// Adds a verb, or replaces the one of that name.
  /// @throws std::invalid_argument if the name is not upper-case letters and digits.
  void define(Verb verb);

  /// Adds an extension, or replaces the one of that keyword, with its verbs, and offers it. If two
  /// have the same parameter, that of the later one counts.
  /// @throws std::invalid_argument if the keyword or a parameter's is no esmtp-keyword (RFC 5321
  /// §4.1.2), a parameter belongs to neither MAIL nor RCPT, or what it needs is not known.
  void define(Extension extension);

  /// Forgets a verb or an extension; nothing happens if there is none. What needs the extension is
  /// withdrawn.
  void undefine(std::string_view name);

  /// Puts an extension aside that somebody else has to honour: nothing of it is announced or
  /// accepted until offer(). Replaces the one of that keyword.
  /// @throws std::invalid_argument as define().
  void know(Extension extension);

  /// Announces a known extension, in any case, from now on, and what it needs. Whoever calls this
  /// sees to it that what clients ask for is done.
  /// @throws std::invalid_argument if it is not known; the message lists those that are.
  void offer(std::string_view keyword);
  /// @throws std::invalid_argument as offer(), but changes nothing.
  void require_known(std::string_view keyword) const;

  /// Takes nothing but EHLO, NOOP, STARTTLS, QUIT and whatever else has Verb::before_tls: 530 5.7.0
  /// for the others (RFC 3207 §4).
  void demand_tls() noexcept { demands_tls_ = true; }
  /// Takes only what has Verb::before_auth until AUTH has succeeded (RFC 4954 §6).
  void demand_auth() noexcept { demands_auth_ = true; }
  [[nodiscard]] bool demands_tls() const noexcept { return demands_tls_; }
  [[nodiscard]] bool demands_auth() const noexcept { return demands_auth_; }

  /// The value of an extension that is offered, as EHLO lists it behind the keyword.
  [[nodiscard]] std::string ehlo_value(std::string_view keyword) const;

  /// The same behind a TLS handshake: TLS is demanded no longer, and STARTTLS is neither listed nor
  /// taken (RFC 3207 §4.2).
  [[nodiscard]] Dialect secured() const;
  [[nodiscard]] bool is_secured() const noexcept { return is_secured_; }

  /// Announces it no longer, nor what needs it; they stay known. Nothing happens if it is not
  /// offered.
  void withdraw(std::string_view keyword);

  [[nodiscard]] bool offers(std::string_view keyword) const noexcept;
  /// The keywords of all extensions, offered or not.
  [[nodiscard]] std::vector<std::string> known_extensions() const;

  /// The verb of that name in any case; null if there is none. Valid until the next change.
  [[nodiscard]] const Verb* find_verb(std::string_view name) const noexcept;
  [[nodiscard]] const ParameterRule* find_parameter(std::string_view verb,
                                                    std::string_view keyword) const noexcept;

  [[nodiscard]] const std::vector<Verb>& verbs() const noexcept { return verbs_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  /// LMTP: a message's end gets one reply for each recipient.
  [[nodiscard]] Protocol protocol() const noexcept { return protocol_; }

  /// The octets that a line of `verb` may have, its CRLF included (RFC 5321 §4.5.3.1.4 and what
  /// each extension adds).
  [[nodiscard]] std::size_t line_limit(std::string_view verb) const noexcept;
  /// The same of the verb with the longest.
  [[nodiscard]] std::size_t longest_line() const noexcept { return longest_line_; }

  /// The lines of an EHLO reply after the first, parted by "\n".
  [[nodiscard]] const std::string& ehlo_lines() const noexcept { return ehlo_lines_; }

 private:
  void use(Extension extension);
  void refresh();

  Limits limits_;
  std::vector<Verb> verbs_;
  std::vector<Extension> extensions_;  // what is offered
  std::vector<Extension> aside_;       // what is known only
  std::string ehlo_lines_;
  std::size_t longest_line_ = 0;
  Protocol protocol_;
  bool demands_tls_ = false;
  bool demands_auth_ = false;
  bool is_secured_ = false;
};

/// RFC 5321's verbs, or RFC 2033's with LHLO in the place of HELO and EHLO; with PIPELINING
/// (RFC 2920), SIZE (RFC 1870), 8BITMIME (RFC 6152), ENHANCEDSTATUSCODES (RFC 2034), CHUNKING and
/// BINARYMIME (RFC 3030), SMTPUTF8 (RFC 6531) and LIMITS (RFC 9422). It knows, but does not offer:
/// DSN (RFC 3461), DELIVERBY (RFC 2852), MT-PRIORITY (RFC 6710), FUTURERELEASE (RFC 4865), RRVS
/// (RFC 7293), ETRN (RFC 1985), REQUIRETLS (RFC 8689), STARTTLS (RFC 3207), AUTH (RFC 4954),
/// XCLIENT and XFORWARD.
[[nodiscard]] Dialect standard_dialect(Limits limits, Protocol protocol = Protocol::smtp);

}  // namespace quoth::smtp
