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

  /// Adds an extension, or replaces the one of that keyword.
  /// @throws std::invalid_argument if the keyword or a parameter's is no esmtp-keyword (RFC 5321
  /// §4.1.2), or a parameter belongs to neither MAIL nor RCPT.
  void define(Extension extension);

  /// Forgets a verb or an extension; nothing happens if there is none.
  void undefine(std::string_view name);

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
  void refresh();

  Limits limits_;
  std::vector<Verb> verbs_;
  std::vector<Extension> extensions_;
  std::string ehlo_lines_;
  std::size_t longest_line_ = 0;
  Protocol protocol_;
};

/// RFC 5321's verbs, or RFC 2033's with LHLO in the place of HELO and EHLO; with PIPELINING
/// (RFC 2920), SIZE (RFC 1870), 8BITMIME (RFC 6152) and ENHANCEDSTATUSCODES (RFC 2034).
[[nodiscard]] Dialect standard_dialect(Limits limits, Protocol protocol = Protocol::smtp);

}  // namespace quoth::smtp
