#include "apps/quoth/line_log.hpp"

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <string_view>

namespace quoth::app {
namespace {

/// One write(2) unless the system takes less.
void write_all(int fd, std::string_view octets) noexcept {
  while (!octets.empty()) {
    const ssize_t written = ::write(fd, octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void LineLog::write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept {
  if (!wants(level) || !shows(event)) return;
  try {
    std::string out;
    format({clock_.now(), level, event, fields}, out);
    out += '\n';
    const std::scoped_lock lock{mutex_};
    write_all(fd_, out);
  } catch (const std::exception&) {
    // Without memory there is nothing to say it with; the mail matters more than the line.
    return;
  }
}

}  // namespace quoth::app
