#pragma once

#include "apps/quoth/conform_arguments.hpp"
#include "apps/quoth/exit_code.hpp"

namespace quoth::app {

/// `quoth conform`: runs the battery against a server, and prints what it found.
/// @returns `failed` if a MUST or SECURITY case failed.
/// @throws Failure if there is no server to judge, or an option is wrong.
[[nodiscard]] ExitCode conform_command(const ConformArguments& arguments);

}  // namespace quoth::app
