#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/smtp/envelope.hpp>
#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/reply.hpp>
#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// Whether a parameter has "=value".
enum class ValueRule : std::uint8_t { none, optional, required };

/// A parameter that an extension adds to MAIL or RCPT.
struct ParameterRule {
  std::string verb;     ///< "MAIL" or "RCPT".
  std::string keyword;  ///< In upper case.
  ValueRule value = ValueRule::required;
  /// What it adds to the longest command line, in octets.
  std::size_t line_octets = 0;
  /// Whether the value may hold UTF-8 in a transaction that has SMTPUTF8.
  bool takes_utf8 = false;
  /// Takes the value into `arguments`; a reply says what is wrong with it. Empty: the parameter is
  /// kept as it came, in the list of all.
  std::function<std::optional<Reply>(std::string_view value, Arguments& arguments,
                                     const Limits& limits)>
      read{};
};

/// A service extension (RFC 5321 §2.2): a line of EHLO, and the parameters and verbs that go with
/// it. quoth/smtp/extensions.hpp has those of the RFCs.
struct Extension {
  std::string keyword;  ///< "SIZE"; listed by EHLO.
  /// What stands after the keyword in EHLO. Empty: nothing.
  std::function<std::string(const Limits&)> ehlo_value{};
  std::vector<ParameterRule> parameters{};
  std::vector<Verb> verbs{};
  /// The keyword of another one without which it cannot be; empty: none.
  std::string needs{};
  /// Whether EHLO lists it to everybody; otherwise each session does as far as it concerns it.
  bool is_listed = true;
};

}  // namespace quoth::smtp
