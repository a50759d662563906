#include "apps/quoth/handed_in_sockets.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"
#include "net/inherited_sockets.hpp"

namespace quoth::app {
namespace {

const net::InheritedSockets& handed_in() {
  try {
    return net::InheritedSockets::of_this_process();
  } catch (const std::invalid_argument& error) {
    throw Failure{fmt::format("cannot start: {}", error.what()), "", ExitCode::config};
  }
}

bool is_named(const Config& config, const std::string& address) {
  return std::ranges::any_of(config.listeners, [&](const Listener& listener) {
    return std::ranges::find(listener.listen, address) != listener.listen.end();
  });
}

}  // namespace

std::vector<std::string> unused_sockets(const Config& config) {
  std::set<std::string> addresses;
  for (const auto& socket : handed_in().all()) addresses.insert("fd:" + socket.name);
  std::vector<std::string> result;
  for (const std::string& address : addresses) {
    if (is_named(config, address)) continue;
    result.push_back(
        fmt::format("the socket {0} was handed in, and no listener takes it: whoever connects "
                    "there waits. Add listen = [\"{0}\"] to a [[listener]], or take it out of the "
                    "socket unit",
                    escaped_line(address)));
  }
  return result;
}

}  // namespace quoth::app
