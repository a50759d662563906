#include "apps/quoth/start_failure.hpp"

#include <cerrno>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace quoth::app {
namespace {

/// The address in "cannot listen on 127.0.0.1:25: Permission denied"; empty: it is about something
/// else.
std::string_view named_address(std::string_view what) {
  constexpr std::string_view beginning = "cannot listen on ";
  if (!what.starts_with(beginning)) return {};
  what.remove_prefix(beginning.size());
  return what.substr(0, what.find(": "));
}

std::string advice_for(int error, std::string_view address) {
  const std::string_view port = address.substr(address.rfind(':') + 1);
  const bool is_unix = address.starts_with("unix:");
  if (error == EADDRINUSE && !is_unix) {
    return fmt::format(
        "Another program listens there, perhaps another quoth. To see which:  ss -ltnp 'sport = "
        ":{}'\n"
        "Stop it, or name another address: `listen` of a [[listener]], in a file for `quoth serve "
        "--config FILE`.",
        port);
  }
  if (error == EADDRINUSE) return "Another program listens there, perhaps another quoth: stop it.";
  if (error == EADDRNOTAVAIL) {
    return "This machine has no such address: `ip address` shows those it has.";
  }
  if (error == EACCES && !is_unix) {
    return "Ports below 1024 need a privilege. Pick one:\n"
           "· grant it, in the unit:  AmbientCapabilities=CAP_NET_BIND_SERVICE\n"
           "· or use another port: `listen` of the [[listener]]";
  }
  if (is_unix) return "Its folder must exist, and be writable for the user that quoth runs as.";
  return {};
}

/// "cannot listen on fd:smtp …: Invalid argument": a socket that somebody else has opened.
Failure inherited_failure(std::string_view what, int error) {
  what = what.substr(0, what.rfind(": "));
  const std::string_view advice =
      "A socket unit of systemd hands it in: FileDescriptorName= is its name there, and\n"
      "the service must be started by that unit. Only stream sockets that listen will do.";
  const std::string reason = error == ENOENT ? "there is none" : system_message(error);
  return {fmt::format("{}: {}", what, reason), advice, ExitCode::unavailable};
}

}  // namespace

Failure start_failure(std::string_view what, int error) {
  if (what.starts_with("cannot listen on fd:")) return inherited_failure(what, error);
  const std::string_view address = named_address(what);
  if (address.empty()) return {fmt::format("cannot start: {}", what), "", exit_code_of(error)};
  return {fmt::format("cannot listen on {}: {}", address, system_message(error)),
          advice_for(error, address), exit_code_of(error)};
}

}  // namespace quoth::app
