#pragma once

#include <string>
#include <string_view>

#include "apps/quoth/config.hpp"
#include "apps/quoth/diagnostics.hpp"

namespace quoth::app {

/// What a file says, and all that is wrong with it. `config` is to be used only if there is no
/// error.
struct ReadConfig {
  Config config;
  Diagnostics diagnostics;
};

/// Reads the text of a configuration. What it leaves out keeps its default. `filename` is for
/// messages alone.
[[nodiscard]] ReadConfig read_config(std::string_view text, const std::string& filename);

}  // namespace quoth::app
