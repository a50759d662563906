#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quoth::plugins {

/// A to z in lower case, all other octets as they are.
[[nodiscard]] std::string lower_ascii(std::string_view text);

/// A domain pattern as the domains of mailboxes are written: lower case and A-labels.
/// @throws std::invalid_argument naming it, if it is not ASCII and IDNA refuses it.
[[nodiscard]] std::string canonical_domains(std::string_view pattern);

/// Whether `pattern`, where each `*` stands for any octets or none, fits the whole of `text`,
/// without regard to the case of A to Z. Time is at most their lengths multiplied.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text) noexcept;

/// Whether a domain pattern takes in all that `domain` does. A pattern is a domain, "*.example.org"
/// (its subdomains, at any depth, and not itself) or "*" (all); `domain` is a domain or a pattern.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view domain) noexcept;

/// Where the most specific of `patterns` that covers `domain` stands: the domain itself, else the
/// longest "*.suffix", else "*". `patterns.size()`: none does.
[[nodiscard]] std::size_t most_specific(const std::vector<std::string>& patterns,
                                        std::string_view domain) noexcept;

}  // namespace quoth::plugins
