// The program: reads the command line, and hands over to the command.
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <variant>

#include <quoth/version.hpp>

#include "apps/quoth/bench_command.hpp"
#include "apps/quoth/check_config_command.hpp"
#include "apps/quoth/command_line.hpp"
#include "apps/quoth/conform_command.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/passwd_command.hpp"
#include "apps/quoth/print.hpp"
#include "apps/quoth/serve_command.hpp"

namespace quoth::app {
namespace {

int finish(const Finished& finished) {
  const bool written = print(stdout, finished.out);
  print(stderr, finished.err);
  return static_cast<int>(written ? finished.code : ExitCode::io);
}

int run(const Invocation& invocation) {
  switch (invocation.command) {
    case Invocation::Command::serve: return static_cast<int>(serve_command(invocation));
    case Invocation::Command::check_config:
      return finish(check_config_command(invocation.config_file));
    case Invocation::Command::passwd: return finish(passwd_command(invocation.passwd));
    case Invocation::Command::conform: return static_cast<int>(conform_command(invocation.conform));
    case Invocation::Command::bench: return static_cast<int>(bench_command(invocation.bench));
    case Invocation::Command::version:
      return finish({ExitCode::ok, "quoth " + std::string{version()} + "\n", {}});
  }
  return static_cast<int>(ExitCode::software);
}

int run(int argc, const char* const* argv) {
  const std::variant<Invocation, Finished> parsed = parse_command_line(argc, argv);
  if (const auto* finished = std::get_if<Finished>(&parsed)) return finish(*finished);
  return run(std::get<Invocation>(parsed));
}

}  // namespace
}  // namespace quoth::app

int main(int argc, char** argv) {
  using quoth::app::ExitCode;
  using quoth::app::print;
  try {
    return quoth::app::run(argc, argv);
  } catch (const quoth::app::Failure& failure) {
    print(stderr, failure.what());
    return static_cast<int>(failure.code());
  } catch (const std::bad_alloc&) {
    print(stderr, "error: out of memory        (exit 71)\n");
    return static_cast<int>(ExitCode::os);
  } catch (const std::exception& error) {
    print(stderr, "error: ");
    print(stderr, error.what());
    print(stderr, "        (exit 70)\n");
    return static_cast<int>(ExitCode::software);
  }
}
