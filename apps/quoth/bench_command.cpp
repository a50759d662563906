#include "apps/quoth/bench_command.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction() is POSIX's
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "apps/quoth/bench_report.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/print.hpp"
#include "bench/failure.hpp"
#include "bench/run.hpp"

namespace quoth::app {
namespace {

// What a signal handler may touch. The second signal ends the program as ever.
std::atomic<bool> is_stopped{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void stop_on_signal(int /*number*/) { is_stopped = true; }

void catch_signals() noexcept {
  struct sigaction action {};
  action.sa_handler = stop_on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

/// One line of a terminal, written over each time.
void show(const bench::Progress& progress) {
  const double seconds = std::chrono::duration<double>(progress.elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(progress.messages) / seconds : 0;
  print(stderr, fmt::format("\r\x1b[K{}{:.0f} s  {} messages  {:.0f}/s",
                            progress.is_warming_up ? "warming up  " : "", seconds,
                            progress.messages, rate));
}

bench::Report run(const bench::Options& options) {
  bench::Hooks hooks{is_stopped, {}};
  const bool is_watched = ::isatty(STDERR_FILENO) == 1;
  if (is_watched) hooks.on_progress = show;
  try {
    bench::Report report = bench::run(options, hooks);
    if (is_watched) print(stderr, "\r\x1b[K");
    return report;
  } catch (const bench::Unmeasurable& error) {
    throw Failure{escaped_line(error.what()), escaped_line(error.advice()), ExitCode::unavailable};
  } catch (const std::system_error& error) {
    throw Failure{escaped_line(error.what()), "", ExitCode::os};
  }
}

}  // namespace

ExitCode bench_command(const BenchArguments& arguments) {
  const bench::Options options = bench_options(arguments);
  catch_signals();
  const bench::Report report = run(options);
  const std::string out = arguments.json ? bench_json(report) : bench_text(report);
  if (!print(stdout, out)) return ExitCode::io;
  return report.is_good() ? ExitCode::ok : ExitCode::unavailable;
}

}  // namespace quoth::app
