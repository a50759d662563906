#include "apps/quoth/log_choice.hpp"

#include <memory>
#include <unistd.h>

#include "apps/quoth/json_log.hpp"
#include "apps/quoth/text_log.hpp"

namespace quoth::app {

bool is_text_log(const LogConfig& config, int fd) noexcept {
  if (config.format == LogFormat::automatic) return ::isatty(fd) == 1;
  return config.format == LogFormat::text;
}

std::unique_ptr<Log> make_log(const LogConfig& config, int fd, const Clock& clock) {
  if (is_text_log(config, fd)) return std::make_unique<TextLog>(fd, config.level, clock);
  return std::make_unique<JsonLog>(fd, config.level, clock);
}

}  // namespace quoth::app
