#include "net/inherited_sockets.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "core/ascii.hpp"

namespace quoth::net {
namespace {

constexpr int first_descriptor = 3;
constexpr int most_sockets = 1024;
constexpr std::string_view nameless = "unknown";

/// Takes a variable out of the environment.
std::string take_variable(const char* name) {
  // NOLINTBEGIN(concurrency-mt-unsafe): once, and before there are threads
  const char* const value = std::getenv(name);
  std::string result = value == nullptr ? "" : value;
  ::unsetenv(name);
  // NOLINTEND(concurrency-mt-unsafe)
  return result;
}

std::optional<long> read_number(std::string_view text) noexcept {
  long number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> result;
  while (true) {
    const std::size_t colon = names.find(':');
    result.emplace_back(names.substr(0, colon));
    if (colon == std::string_view::npos) return result;
    names.remove_prefix(colon + 1);
  }
}

/// Nobody else is to have them after an exec. One that is not open is found when it is asked for.
void keep_to_ourselves(const std::vector<InheritedSockets::Named>& sockets) noexcept {
  for (const auto& socket : sockets) ::fcntl(socket.fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

InheritedSockets InheritedSockets::parse(const ListenVariables& variables, ::pid_t own) {
  InheritedSockets result;
  if (variables.pid.empty() || read_number(variables.pid) != own) return result;
  const std::optional<long> count = read_number(variables.count);
  if (!count || *count < 0 || *count > most_sockets) {
    throw std::invalid_argument("LISTEN_FDS=\"" + variables.count + "\" is no number of sockets");
  }
  const auto size = static_cast<std::size_t>(*count);
  std::vector<std::string> names(size, std::string{nameless});
  if (!variables.names.empty()) names = split(variables.names);
  if (names.size() != size) {
    throw std::invalid_argument("LISTEN_FDNAMES=\"" + variables.names + "\" does not name " +
                                variables.count + " sockets");
  }
  for (std::size_t i = 0; i < size; ++i) {
    result.sockets_.push_back({std::move(names[i]), first_descriptor + static_cast<int>(i)});
  }
  return result;
}

// The environment is the process's one, and what it says can be taken from it only once.
const InheritedSockets& InheritedSockets::of_this_process() {
  static const InheritedSockets sockets = [] {
    const ListenVariables variables{.pid = take_variable("LISTEN_PID"),
                                    .count = take_variable("LISTEN_FDS"),
                                    .names = take_variable("LISTEN_FDNAMES")};
    InheritedSockets result = parse(variables, ::getpid());
    keep_to_ourselves(result.sockets_);
    return result;
  }();
  return sockets;
}

Result<std::vector<ListeningSocket>> InheritedSockets::open(std::string_view name) const {
  std::vector<ListeningSocket> result;
  for (const Named& each : sockets_) {
    if (each.name != name) continue;
    Result<ListeningSocket> socket = ListeningSocket::adopt(each.fd);
    if (!socket) return socket.error();
    result.push_back(*std::move(socket));
  }
  return result;
}

std::string InheritedSockets::names() const {
  std::vector<std::string_view> seen;
  std::string result;
  for (const Named& each : sockets_) {
    if (std::ranges::find(seen, each.name) != seen.end()) continue;
    seen.push_back(each.name);
    result += (result.empty() ? "fd:" : ", fd:") + each.name;
  }
  return result.empty() ? "none" : result;
}

bool is_socket_name(std::string_view name) noexcept {
  constexpr std::size_t longest = 255;
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](char c) {
    return c > ' ' && c != ':' && !ascii::is_control(c) && !ascii::is_high(c);
  });
}

}  // namespace quoth::net
