#pragma once

#include <string>
#include <vector>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// The sockets that the program was started with and that no listener names, each in a line:
/// clients that connect there would wait for ever. Before there are threads.
/// @throws Failure if what the environment says of them contradicts itself.
[[nodiscard]] std::vector<std::string> unused_sockets(const Config& config);

}  // namespace quoth::app
