#pragma once

#include "apps/quoth/command_line.hpp"
#include "apps/quoth/exit_code.hpp"

namespace quoth::app {

/// `quoth serve`: runs one server for each listener until SIGINT or SIGTERM, which drains; a second
/// one stops at once. SIGUSR1 logs the counters. Started as root, it becomes the user that is asked
/// for as soon as it has bound its addresses, before any client is answered. Call it before any
/// thread is started.
/// @throws Failure if it cannot start.
[[nodiscard]] ExitCode serve_command(const Invocation& invocation);

}  // namespace quoth::app
