#pragma once

#include <chrono>
#include <span>
#include <string>

#include <quoth/clock.hpp>
#include <quoth/log.hpp>

#include "apps/quoth/line_writer.hpp"

namespace quoth::app {

/// Writes each event as one line to a file descriptor, whole, whatever other threads do. How a line
/// looks is up to the classes derived from it. Lines below `warn` may come a moment later
/// (LineWriter); from `warn` on a line and all before it are in the file when write() returns, so
/// that the last words of a program that dies are there. A line that cannot be written is lost.
class LineLog : public Log {
 public:
  /// Writes lines of `level` and above. Borrows `fd` and `clock`.
  LineLog(int fd, LogLevel level, const Clock& clock) : level_{level}, clock_{clock}, writer_{fd} {}

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

  const LogLevel level_;
  const Clock& clock_;
  LineWriter writer_;
};

}  // namespace quoth::app
