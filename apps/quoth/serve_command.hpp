#pragma once

#include <string>

#include "apps/quoth/exit_code.hpp"

namespace quoth::app {

/// `quoth serve`: runs one server for each listener until SIGINT or SIGTERM, which drains; a second
/// one stops at once. SIGUSR1 logs the counters. Call it before any thread is started.
/// @throws Failure if it cannot start.
[[nodiscard]] ExitCode serve_command(const std::string& config_file, const std::string& ready_file);

}  // namespace quoth::app
