#pragma once

#include <quoth/server_options.hpp>

namespace quoth::server {

/// Checks the options, and fills in what the machine knows better.
/// @throws std::invalid_argument naming the option that is out of its range.
[[nodiscard]] ServerOptions checked(ServerOptions options);

}  // namespace quoth::server
