#pragma once

#include "apps/quoth/bench_arguments.hpp"
#include "apps/quoth/exit_code.hpp"
#include "bench/options.hpp"

namespace quoth::app {

/// `quoth bench`: puts a load on a server, and prints what was measured.
/// @returns `unavailable` if the server did not do all that was asked of it.
/// @throws Failure if there is nothing to measure, or an option is wrong.
[[nodiscard]] ExitCode bench_command(const BenchArguments& arguments);

/// What the arguments stand for; resolves the server's name, and reads the password.
/// @throws Failure as above.
[[nodiscard]] bench::Options bench_options(const BenchArguments& arguments);

}  // namespace quoth::app
