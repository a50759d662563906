#pragma once

#include <map>
#include <memory>
#include <string>

#include <quoth/log.hpp>
#include <quoth/server.hpp>
#include <quoth/users_file.hpp>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// What a listener's server is made with. `log` is borrowed and must outlive the server.
[[nodiscard]] ServerOptions server_options(const Config& config, const Listener& listener,
                                           Log& log);

/// Users files, each read once however many listeners name it.
using UsersByPath = std::map<std::string, std::shared_ptr<SharedUsers>>;

/// The server of a listener, with its plugins; not started. Adds to `users` what was not there.
/// @throws std::invalid_argument naming what is wrong.
[[nodiscard]] std::unique_ptr<Server> make_server(const Config& config, const Listener& listener,
                                                  Log& log, UsersByPath& users);

}  // namespace quoth::app
