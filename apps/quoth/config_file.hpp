#pragma once

#include <string>

#include "apps/quoth/config_reader.hpp"

namespace quoth::app {

/// The configuration that a command is to work with: that of the file, else what is built in, on
/// one thread.
/// @throws Failure if the file cannot be read.
[[nodiscard]] ReadConfig load_config(const std::string& filename);

}  // namespace quoth::app
