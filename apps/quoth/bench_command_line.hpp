#pragma once

#include "apps/quoth/bench_arguments.hpp"

namespace CLI {
class App;
}

namespace quoth::app {

/// Lets `command` take the options of `quoth bench`, into `to`, which must live as long.
void add_bench_options(CLI::App& command, BenchArguments& to);

}  // namespace quoth::app
