#pragma once

#include <chrono>
#include <mutex>
#include <span>
#include <string>

#include <quoth/clock.hpp>
#include <quoth/log.hpp>

namespace quoth::app {

/// Writes each event as one line to a file descriptor, whole, whatever other threads do. How a line
/// looks is up to the classes derived from it. A line that cannot be written is lost.
class LineLog : public Log {
 public:
  /// Writes lines of `level` and above. Borrows `fd` and `clock`.
  LineLog(int fd, LogLevel level, const Clock& clock) noexcept
      : fd_{fd}, level_{level}, clock_{clock} {}

  [[nodiscard]] bool wants(LogLevel level) const noexcept override { return level >= level_; }
  using Log::write;
  void write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept override;

 protected:
  struct Line {
    std::chrono::system_clock::time_point time;
    LogLevel level;
    LogEvent event;
    std::span<const LogField> fields;
  };

 private:
  /// Appends the line to `out`, without its end.
  virtual void format(const Line& line, std::string& out) const = 0;

  /// Whether an event has a line at all.
  [[nodiscard]] virtual bool shows(LogEvent /*event*/) const noexcept { return true; }

  const int fd_;
  const LogLevel level_;
  const Clock& clock_;
  std::mutex mutex_;  // one line at a time
};

}  // namespace quoth::app
