#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/quoth/config.hpp"
#include "apps/quoth/listening.hpp"

namespace quoth::app {

/// What is served, in a few lines for people. `filename` is empty if no file was read.
[[nodiscard]] std::string start_lines(const Config& config, std::string_view filename, long pid,
                                      const std::vector<Listening>& listeners);

/// The same for a configuration that was only checked: addresses as they are written.
[[nodiscard]] std::string summary_lines(const Config& config, std::string_view filename);

/// What somebody who runs this configuration must not overlook; one line each.
[[nodiscard]] std::vector<std::string> loud_warnings(const Config& config);

}  // namespace quoth::app
