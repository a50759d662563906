#pragma once

#include <string>

#include "apps/quoth/command_line.hpp"

namespace quoth::app {

/// `quoth check-config`: says what would be served, or all that is wrong.
/// @throws Failure if the file cannot be read.
[[nodiscard]] Finished check_config_command(const std::string& filename);

}  // namespace quoth::app
