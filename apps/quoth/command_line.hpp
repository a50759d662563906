#pragma once

#include <string>
#include <variant>

#include "apps/quoth/bench_arguments.hpp"
#include "apps/quoth/conform_arguments.hpp"
#include "apps/quoth/exit_code.hpp"
#include "apps/quoth/passwd_arguments.hpp"

namespace quoth::app {

/// What the command line asks for.
struct Invocation {
  enum class Command { serve, check_config, conform, bench, passwd, version };

  Command command = Command::serve;
  std::string config_file;  ///< Empty: none was named.
  std::string ready_file;   ///< Empty: none is wanted.
  std::string user;         ///< Who `serve` becomes; empty: as the configuration has it.
  ConformArguments conform;
  BenchArguments bench;
  PasswdArguments passwd;
};

/// The command line was all there was to do: help, or a mistake in it.
struct Finished {
  ExitCode code;
  std::string out;  ///< For stdout.
  std::string err;  ///< For stderr.
};

/// Reads the command line. The only place that knows the library for it.
[[nodiscard]] std::variant<Invocation, Finished> parse_command_line(int argc,
                                                                    const char* const* argv);

}  // namespace quoth::app
