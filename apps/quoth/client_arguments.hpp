#pragma once

#include <string>
#include <string_view>

#include "apps/quoth/failure.hpp"
#include "conform/target.hpp"

namespace quoth::app {

/// What commands that are clients of a server have in common on their command lines.

/// A mistake in the command line.
[[nodiscard]] Failure usage_failure(std::string_view message, std::string_view advice);

/// Resolves HOST:PORT or unix:/path; blocks. @throws Failure; `example` shows how it is written.
[[nodiscard]] conform::Target resolve_target(const std::string& server, std::string_view example);

/// @throws Failure: such a mailbox would not be one command line.
void check_mailbox(std::string_view option, std::string_view mailbox);

/// The first line of the file, or of standard input if `file` is empty: never the command line,
/// which everybody can read. @throws Failure: there is none.
[[nodiscard]] std::string read_password(const std::string& file);

}  // namespace quoth::app
