#include "apps/quoth/config_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "apps/quoth/failure.hpp"

namespace quoth::app {
namespace {

[[noreturn]] void fail(const std::string& filename, int error) {
  throw Failure{fmt::format("cannot read {}: {}", filename, system_message(error)),
                "`quoth serve` without --config needs no file; it takes mail on loopback only.",
                ExitCode::config};
}

std::string read_file(const std::string& filename) {
  std::error_code ignored;
  if (std::filesystem::is_directory(filename, ignored)) fail(filename, EISDIR);
  errno = 0;
  std::ifstream file{filename, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file) fail(filename, errno == 0 ? EIO : errno);
  return text;
}

}  // namespace

ReadConfig load_config(const std::string& filename) {
  if (!filename.empty()) return read_config(read_file(filename), filename);
  ReadConfig result = read_config("", filename);
  result.config.threads = 1;
  // All clients of a laptop's mail catcher come from one address.
  result.config.connections.per_ip = result.config.connections.total;
  return result;
}

}  // namespace quoth::app
