#pragma once

#include <memory>
#include <string>
#include <vector>

#include <quoth/plugin.hpp>

namespace quoth {

/// Where the mail of some domains goes.
struct Route {
  /// "example.com", "*.example.com" (its subdomains), or "*". The most specific one wins.
  std::string domain_pattern;
  /// "maildir:PATH" with {domain} and {local} in it, or "discard".
  std::string via;
};

/// Stores what other handlers have let in: chooses the sink at `Data` and accepts at `Message`, in
/// both cases behind all others that stand there. A recipient without a route gets 550 5.1.2 at
/// RCPT.
///
/// maildir: one file a message and recipient, durable before the 250; `{domain}` and `{local}` are
/// escaped, so that no mailbox leads out of its place. At the start, what a crash left in `tmp` is
/// removed. discard: accepts, and keeps nothing.
/// @throws std::invalid_argument naming a route that cannot be read.
[[nodiscard]] std::unique_ptr<Plugin> routes(std::vector<Route> routes);

}  // namespace quoth
