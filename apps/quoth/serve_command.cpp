#include "apps/quoth/serve_command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <quoth/server.hpp>

#include "apps/quoth/config_file.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/handed_in_sockets.hpp"
#include "apps/quoth/listening.hpp"
#include "apps/quoth/log_choice.hpp"
#include "apps/quoth/make_server.hpp"
#include "apps/quoth/print.hpp"
#include "apps/quoth/privileges.hpp"
#include "apps/quoth/ready_file.hpp"
#include "apps/quoth/start_failure.hpp"
#include "apps/quoth/start_lines.hpp"
#include "apps/quoth/stop_signals.hpp"

namespace quoth::app {
namespace {

using Servers = std::vector<std::unique_ptr<Server>>;

Servers make_servers(const Config& config, Log& log) {
  Servers servers;
  UsersByPath users;
  for (const Listener& listener : config.listeners) {
    try {
      servers.push_back(make_server(config, listener, log, users));
    } catch (const std::invalid_argument& error) {
      throw Failure{error.what(), "", ExitCode::config};
    }
  }
  return servers;
}

/// Runs `step` of a server's start.
template <class Step>
void start(Server& server, Step step) {
  try {
    (server.*step)();
  } catch (const std::invalid_argument& error) {
    throw Failure{fmt::format("cannot start: {}", error.what()), "", ExitCode::config};
  } catch (const boost::system::system_error& error) {
    throw start_failure(error.what(), error.code().value());
  } catch (const std::system_error& error) {
    throw start_failure(error.what(), error.code().value());
  } catch (const std::runtime_error& error) {  // a file that the configuration names
    throw Failure{fmt::format("cannot start: {}", error.what()), "", ExitCode::config};
  }
}

std::vector<Listening> listening(const Servers& servers) {
  std::vector<Listening> result;
  for (const auto& server : servers) {
    for (const Endpoint& endpoint : server->listening()) {
      result.push_back({.server = server->options().alias,
                        .address = endpoint.address,
                        .host = endpoint.host,
                        .port = endpoint.port,
                        .path = endpoint.path});
    }
  }
  return result;
}

/// Whether stdout goes where the log goes, and a machine reads it there: then nothing may stand
/// between its lines.
bool is_log_alone(const LogConfig& log) {
  if (is_text_log(log, STDERR_FILENO) || ::isatty(STDOUT_FILENO) == 1) return false;
  struct stat out {};
  struct stat err {};
  return ::fstat(STDOUT_FILENO, &out) == 0 && ::fstat(STDERR_FILENO, &err) == 0 &&
         out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

void log_warnings(const std::vector<std::string>& warnings, Log& log) {
  for (const std::string& warning : warnings) {
    log.write(LogLevel::warn, LogEvent::config_warning, {{"why", std::string_view{warning}}});
  }
}

/// Says what is allowed and most likely not meant: to people as they see errors, else in the log.
void warn(const ReadConfig& read, Log& log) {
  if (is_text_log(read.config.log, STDERR_FILENO)) {
    print(stderr, read.diagnostics.render());
    return;
  }
  std::vector<std::string> warnings = read.diagnostics.warning_lines();
  for (std::string& loud : loud_warnings(read.config)) warnings.push_back(std::move(loud));
  log_warnings(warnings, log);
}

/// Who is asked for: by the command line, or else by the configuration.
std::optional<User> chosen_user(const Invocation& invocation, const Config& config) {
  const std::string& name = invocation.user.empty() ? config.user : invocation.user;
  if (name.empty()) return std::nullopt;
  return find_user(name);
}

void warn_of_root(Log& log) {
  log.write(LogLevel::warn, LogEvent::config_warning,
            {{"why",
              "quoth runs as root: whoever breaks it has the machine. Name another user: "
              "--user NAME, or `user` in the configuration"}});
}

void give_up_root(const Config& config, const User& user, Log& log) {
  hand_over_sockets(config, user);
  become(user);
  check_mail_folders(config, user);
  log_warnings(unreadable_files(config, user), log);
}

/// Returns when all servers have stopped: on the first signal to stop after their running
/// transactions, on the second at once.
void run(const Servers& servers, StopSignals& signals, std::optional<ReadyFile>& ready) {
  const std::jthread watcher{[&servers, &signals] {
    for (const auto& server : servers) server->wait();
    signals.cancel();
  }};
  bool is_stopping = false;
  for (;;) {
    const StopSignals::Wish wish = signals.wait();
    if (wish == StopSignals::Wish::nothing) return;
    if (wish == StopSignals::Wish::counters) {
      for (const auto& server : servers) server->log_counters();
      continue;
    }
    if (wish == StopSignals::Wish::reload) {
      for (const auto& server : servers) server->reload_certificates();
      continue;
    }
    ready.reset();
    for (const auto& server : servers) {
      is_stopping ? server->stop(std::chrono::milliseconds{0}) : server->stop();
    }
    is_stopping = true;
  }
}

}  // namespace

ExitCode serve_command(const Invocation& invocation) {
  const std::string& config_file = invocation.config_file;
  const std::string& ready_file = invocation.ready_file;
  give_up_new_privileges();
  StopSignals signals;
  const ReadConfig read = load_config(config_file);
  if (read.diagnostics.error_count() > 0) {
    print(stderr, read.diagnostics.render());
    return ExitCode::config;
  }
  const std::unique_ptr<Log> log = make_log(read.config.log, STDERR_FILENO, system_clock());
  warn(read, *log);
  const std::optional<User> user = chosen_user(invocation, read.config);
  if (!user && runs_as_root()) warn_of_root(*log);
  log_warnings(unused_sockets(read.config), *log);
  const Servers servers = make_servers(read.config, *log);
  for (const auto& server : servers) start(*server, &Server::bind);
  if (user) give_up_root(read.config, *user, *log);
  for (const auto& server : servers) start(*server, &Server::start);
  const std::vector<Listening> listeners = listening(servers);
  if (config_file.empty() || !is_log_alone(read.config.log)) {
    print(stdout, start_lines(read.config, config_file, ::getpid(), listeners));
  }
  std::optional<ReadyFile> ready;
  if (!ready_file.empty()) ready.emplace(ready_file, ready_json(::getpid(), listeners));
  run(servers, signals, ready);
  return ExitCode::ok;
}

}  // namespace quoth::app
