#pragma once

#include <string>
#include <string_view>

namespace quoth::app {

/// What is wrong with a domain of a configuration; empty: nothing (RFC 5321 §4.1.2, §4.5.3.1.2).
[[nodiscard]] std::string problem_of_domain(std::string_view domain);

/// The same for a domain, "*.suffix" or "*". It need not be ASCII: "bücher.example" will do.
[[nodiscard]] std::string problem_of_domain_pattern(std::string_view pattern);

/// Such a pattern in the form in which domains are compared: lower case and A-labels.
[[nodiscard]] std::string canonical_name(std::string_view pattern);

/// What is wrong with the pattern of a local part at `domain`; empty: nothing.
[[nodiscard]] std::string problem_of_local_pattern(std::string_view pattern,
                                                   std::string_view domain);

/// What is wrong with `via` of a route; empty: nothing. It is "discard" or "maildir:PATH", where
/// PATH may hold {domain} and {local}.
[[nodiscard]] std::string problem_of_via(std::string_view via);

}  // namespace quoth::app
