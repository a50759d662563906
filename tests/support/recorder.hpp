#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <quoth/log.hpp>

namespace quoth::support {

/// What happened, in order, from any thread; a test waits for what it expects.
class Recorder {
 public:
  void add(std::string what);

  [[nodiscard]] std::vector<std::string> all() const;
  [[nodiscard]] std::size_t count(const std::string& what) const;
  /// Waits for `what`. @returns false if it has not come after twenty seconds.
  [[nodiscard]] bool wait_for(const std::string& what) const;
  /// Waits for an entry that has `part` in it. @returns the entry; empty: none came.
  [[nodiscard]] std::string wait_for_part(const std::string& part) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> entries_;
};

/// Keeps log lines as "level event key=value key=value", lists as "[a,b]".
class LogRecorder final : public Log, public Recorder {
 public:
  using Log::write;
  [[nodiscard]] bool wants(LogLevel level) const noexcept override;
  void write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept override;
};

}  // namespace quoth::support
