#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <quoth/decision.hpp>
#include <quoth/smtp/reply.hpp>

namespace quoth::session {

class CommandRun;

/// What Quoth itself does with a verb: the handler "default" at the end of its raw chain.
struct DefaultAction {
  std::string_view verb;
  /// The alternative of smtp::Arguments that it works on. A verb that was redefined with another
  /// grammar gets 502, unless its raw handlers answer.
  std::size_t arguments;
  /// Replies at once; or fires the typed event and replies nothing yet.
  std::optional<smtp::Reply> (*begin)(CommandRun& run);
  /// The reply after the typed event, whose handlers decided `typed`. Null if begin() always
  /// replies.
  smtp::Reply (*end)(CommandRun& run, Decision typed);
};

/// Null for verbs that Quoth has no handling of its own for.
[[nodiscard]] const DefaultAction* find_default_action(std::string_view verb) noexcept;

}  // namespace quoth::session
