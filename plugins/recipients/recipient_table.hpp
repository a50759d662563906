#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoth::plugins {

/// Domain pattern to the patterns of its local parts; see pattern.hpp for both.
using RecipientPatterns = std::map<std::string, std::vector<std::string>>;

/// Whose mail a server takes.
struct RecipientRules {
  /// The domains, as patterns. Empty: none, so that every recipient is refused.
  std::vector<std::string> accept;
  /// Who exists there. A domain that no key covers has no recipients, and the most specific key
  /// that covers it is the one that counts. None at all: every local part exists.
  std::optional<RecipientPatterns> known;
  /// Whose postmaster `<Postmaster>` is if `accept` names no domain without a wildcard: a valid
  /// domain.
  std::string hostname;
};

/// What is to become of a recipient.
enum class RecipientVerdict {
  known,
  unknown,  ///< The domain is ours, the mailbox does not exist.
  foreign,  ///< Not ours: taking it would be relaying.
};

/// Knows whose mail a server takes. Case never matters here, neither in domains nor in local parts.
/// Immutable, so that any thread may ask.
class RecipientTable {
 public:
  /// @throws std::invalid_argument naming a rule that can never apply: an empty pattern.
  explicit RecipientTable(RecipientRules rules);

  /// Decides about decoded octets, as mail::Mailbox has them.
  ///
  /// A local part with `%`, `!` or `@` asks a relay to look for a second address in it. Only the
  /// pattern that lists it without a wildcard makes it known, else it is foreign. An address
  /// literal is foreign. Whoever accepts "*" and knows everyone keeps what comes, whatever it looks
  /// like.
  ///
  /// A postmaster exists at every accepted domain, listed or not (RFC 5321 §4.5.1).
  [[nodiscard]] RecipientVerdict find(std::string_view local, std::string_view domain) const;

  /// Whether mail for some mailbox of `domain` is taken.
  [[nodiscard]] bool accepts(std::string_view domain) const noexcept;

  /// Where `<Postmaster>` without a domain goes (RFC 5321 §4.5.1): the first accepted domain, or
  /// the host itself if all accepted ones are wildcards. Empty: nothing is accepted.
  [[nodiscard]] const std::string& postmaster_domain() const noexcept { return postmaster_domain_; }

 private:
  [[nodiscard]] const std::vector<std::string>* patterns_of(std::string_view domain) const noexcept;

  std::vector<std::string> accept_;
  bool everyone_ = false;
  bool everything_ = false;  // everyone everywhere
  std::vector<std::string> known_domains_;
  std::vector<std::vector<std::string>> local_patterns_;  // one list for each of known_domains_
  std::string postmaster_domain_;
};

}  // namespace quoth::plugins
