#include "apps/quoth/conform_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/client_arguments.hpp"
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

void check_login(const ConformArguments& arguments) {
  if (arguments.tls && arguments.starttls) {
    throw usage_failure("`--tls` and `--starttls` exclude each other",
                        "--tls is for servers with TLS from the first octet, as on port 465");
  }
  if (!arguments.user.empty()) return;
  const std::string_view without = !arguments.password_file.empty() ? "--password-file"
                                   : arguments.submission           ? "--submission"
                                   : arguments.own_sender           ? "--own-sender"
                                                                    : "";
  if (!without.empty()) {
    throw usage_failure(fmt::format("`{}` says nothing without `--user`", without),
                        "name one who may log in");
  }
}

conform::Options options_of(const ConformArguments& arguments) {
  check_mailbox("--rcpt", arguments.rcpt);
  check_mailbox("--unknown-rcpt", arguments.unknown_rcpt);
  check_mailbox("--sender", arguments.sender);
  std::error_code ignored;
  if (!arguments.maildir.empty() && !std::filesystem::is_directory(arguments.maildir, ignored)) {
    throw usage_failure(fmt::format("`--maildir {}` is no folder", escaped_line(arguments.maildir)),
                        "name the folder below which mail for --rcpt arrives");
  }
  if (!std::isfinite(arguments.timeout_seconds) || arguments.timeout_seconds <= 0 ||
      arguments.timeout_seconds > max_timeout_seconds) {
    throw usage_failure("`--timeout` is out of range",
                        "it is seconds, more than 0 and at most 3600");
  }
  if (arguments.jobs == 0 || arguments.jobs > max_jobs) {
    throw usage_failure("`--jobs` is out of range", "it is a number from 1 to 64");
  }
  check_login(arguments);
  conform::Options options;
  options.target = resolve_target(arguments.server, "as in `quoth conform mx.example.org:25`");
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
  if (!arguments.user.empty()) options.password = read_password(arguments.password_file);
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
    throw usage_failure("`--only` is empty", "name a group, as `--only smuggling`");
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
    throw usage_failure(fmt::format("`--only {}` selects no case", escaped_line(pattern)),
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
      throw usage_failure("no server was named", "as in `quoth conform 127.0.0.1:25`");
    }
    const conform::Report report = run(options_of(arguments), std::move(cases));
    out = arguments.json ? conform_json(report) : conform_text(report, wanted_colour());
    if (report.is_hollow()) code = ExitCode::temporary;
    if (report.is_bad()) code = ExitCode::failed;
  }
  return print(stdout, out) ? code : ExitCode::io;
}

}  // namespace quoth::app
