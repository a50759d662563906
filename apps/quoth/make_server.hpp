#pragma once

#include <memory>

#include <quoth/log.hpp>
#include <quoth/server.hpp>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// What a listener's server is made with. `log` is borrowed and must outlive the server.
[[nodiscard]] ServerOptions server_options(const Config& config, const Listener& listener,
                                           Log& log);

/// The server of a listener, with its plugins; not started.
/// @throws std::invalid_argument naming what is wrong.
[[nodiscard]] std::unique_ptr<Server> make_server(const Config& config, const Listener& listener,
                                                  Log& log);

}  // namespace quoth::app
