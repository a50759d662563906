#include "apps/quoth/check_config_command.hpp"

#include <string>

#include "apps/quoth/certificate_check.hpp"
#include "apps/quoth/config_file.hpp"
#include "apps/quoth/start_lines.hpp"

namespace quoth::app {

Finished check_config_command(const std::string& filename) {
  ReadConfig read = load_config(filename);
  if (read.diagnostics.error_count() == 0) check_certificates(read.config, read.diagnostics);
  const std::string findings = read.diagnostics.render();
  if (read.diagnostics.error_count() > 0) return {ExitCode::config, {}, findings};
  return {ExitCode::ok, summary_lines(read.config, filename), findings};
}

}  // namespace quoth::app
