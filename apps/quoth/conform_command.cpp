#include "apps/quoth/conform_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iostream>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/conform_report.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/print.hpp"
#include "conform/battery.hpp"
#include "conform/cases.hpp"
#include "conform/selection.hpp"
#include "conform/target.hpp"

namespace quoth::app {
namespace {

constexpr double max_timeout_seconds = 3600;
constexpr std::size_t max_jobs = 64;

Failure usage(std::string_view message, std::string_view advice) {
  return {message, advice, ExitCode::usage};
}

conform::Target target_of(const std::string& server) {
  try {
    return conform::Target::resolve(server);
  } catch (const std::invalid_argument& error) {
    throw usage(escaped_line(error.what()), "as in `quoth conform mx.example.org:25`");
  } catch (const std::runtime_error& error) {
    throw Failure{escaped_line(error.what()), "name the server by its address, as 192.0.2.1:25",
                  ExitCode::unavailable};
  }
}

/// Such a mailbox would not be one command line.
void check_mailbox(std::string_view option, std::string_view mailbox) {
  for (const char c : mailbox) {
    if (c == '\r' || c == '\n' || c == '\0' || c == '<' || c == '>') {
      throw usage(fmt::format("`{}` is no mailbox", option), "write it without <>, as a@b.example");
    }
  }
}

void check_login(const ConformArguments& arguments) {
  if (arguments.tls && arguments.starttls) {
    throw usage("`--tls` and `--starttls` exclude each other",
                "--tls is for servers with TLS from the first octet, as on port 465");
  }
  if (!arguments.user.empty()) return;
  const std::string_view without = !arguments.password_file.empty() ? "--password-file"
                                   : arguments.submission           ? "--submission"
                                   : arguments.own_sender           ? "--own-sender"
                                                                    : "";
  if (!without.empty()) {
    throw usage(fmt::format("`{}` says nothing without `--user`", without),
                "name one who may log in");
  }
}

/// The first line. Never the command line, which everybody can read.
std::string password_of(const ConformArguments& arguments) {
  std::string password;
  std::ifstream file;
  if (!arguments.password_file.empty()) file.open(arguments.password_file, std::ios::binary);
  std::istream& source = arguments.password_file.empty() ? std::cin : file;
  if (!std::getline(source, password)) {
    const std::string where =
        arguments.password_file.empty() ? "standard input" : escaped_line(arguments.password_file);
    throw Failure{fmt::format("{} has no password", where),
                  "write it into a file, and name that by `--password-file`", ExitCode::io};
  }
  if (password.ends_with('\r')) password.pop_back();
  return password;
}

conform::Options options_of(const ConformArguments& arguments) {
  check_mailbox("--rcpt", arguments.rcpt);
  check_mailbox("--unknown-rcpt", arguments.unknown_rcpt);
  check_mailbox("--sender", arguments.sender);
  std::error_code ignored;
  if (!arguments.maildir.empty() && !std::filesystem::is_directory(arguments.maildir, ignored)) {
    throw usage(fmt::format("`--maildir {}` is no folder", escaped_line(arguments.maildir)),
                "name the folder below which mail for --rcpt arrives");
  }
  if (!std::isfinite(arguments.timeout_seconds) || arguments.timeout_seconds <= 0 ||
      arguments.timeout_seconds > max_timeout_seconds) {
    throw usage("`--timeout` is out of range", "it is seconds, more than 0 and at most 3600");
  }
  if (arguments.jobs == 0 || arguments.jobs > max_jobs) {
    throw usage("`--jobs` is out of range", "it is a number from 1 to 64");
  }
  check_login(arguments);
  conform::Options options;
  options.target = target_of(arguments.server);
  options.is_lmtp = arguments.is_lmtp;
  options.rcpt = arguments.rcpt;
  options.unknown_rcpt = arguments.unknown_rcpt;
  options.sender = arguments.sender;
  options.maildir = arguments.maildir;
  options.timeout =
      std::chrono::milliseconds{std::max(1L, std::lround(arguments.timeout_seconds * 1000))};
  options.jobs = arguments.jobs;
  if (arguments.tls) options.tls = conform::TlsUse::implicit;
  if (arguments.starttls) options.tls = conform::TlsUse::starttls;
  options.user = arguments.user;
  if (!arguments.user.empty()) options.password = password_of(arguments);
  options.may_proxy = arguments.proxy;
  options.may_xclient = arguments.xclient;
  options.is_submission = arguments.submission;
  options.has_own_senders = arguments.own_sender;
  return options;
}

/// https://no-color.org
Colour wanted_colour() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has been started, and nobody sets it
  const char* const no_colour = std::getenv("NO_COLOR");
  const bool is_wanted = no_colour == nullptr || *no_colour == '\0';
  return is_wanted && ::isatty(STDOUT_FILENO) == 1 ? Colour::yes : Colour::no;
}

conform::Report run(const conform::Options& options, conform::Cases cases) {
  try {
    return run_battery(options, std::move(cases));
  } catch (const conform::Unreachable& error) {
    throw Failure{escaped_line(error.what()), error.advice(), ExitCode::unavailable};
  }
}

/// The patterns of --only. Each must select something, so that a mistyped one is not passed over.
std::vector<std::string> patterns_of(const std::vector<std::string>& only) {
  const std::vector<std::string> patterns = conform::split_patterns(only);
  if (patterns.empty() && !only.empty()) {
    throw usage("`--only` is empty", "name a group, as `--only smuggling`");
  }
  const conform::Cases all = conform::all_cases();
  for (const std::string& pattern : patterns) {
    const bool is_known = std::ranges::any_of(all, [&pattern](const conform::Case& each) {
      return conform::is_selected(each.id, pattern);
    });
    if (is_known) continue;
    std::vector<std::string_view> names;
    for (const conform::Case& each : all) {
      if (names.empty() || names.back() != each.group()) names.push_back(each.group());
    }
    for (const conform::Case& each : all) names.emplace_back(each.id);
    const std::string_view meant = closest(pattern, names);
    throw usage(fmt::format("`--only {}` selects no case", escaped_line(pattern)),
                meant.empty() ? "`quoth conform --list` shows which there are"
                              : fmt::format("did you mean `{}`?", meant));
  }
  return patterns;
}

}  // namespace

ExitCode conform_command(const ConformArguments& arguments) {
  conform::Cases cases = select(conform::all_cases(), patterns_of(arguments.only));
  std::string out;
  ExitCode code = ExitCode::ok;
  if (arguments.list) {
    out = arguments.json ? conform_list_json(cases) : conform_list(cases);
  } else {
    if (arguments.server.empty()) {
      throw usage("no server was named", "as in `quoth conform 127.0.0.1:25`");
    }
    const conform::Report report = run(options_of(arguments), std::move(cases));
    out = arguments.json ? conform_json(report) : conform_text(report, wanted_colour());
    if (report.is_hollow()) code = ExitCode::temporary;
    if (report.is_bad()) code = ExitCode::failed;
  }
  return print(stdout, out) ? code : ExitCode::io;
}

}  // namespace quoth::app
