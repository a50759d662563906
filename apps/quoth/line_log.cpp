#include "apps/quoth/line_log.hpp"

#include <exception>
#include <span>
#include <string>

namespace quoth::app {

void LineLog::write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept {
  if (!wants(level) || !shows(event)) return;
  try {
    thread_local std::string line;  // keeps its memory
    line.clear();
    format({clock_.now(), level, event, fields}, line);
    line += '\n';
    writer_.add(line);
    if (level >= LogLevel::warn) writer_.flush();
  } catch (const std::exception&) {
    // Without memory there is nothing to say it with; the mail matters more than the line.
    return;
  }
}

}  // namespace quoth::app
