#pragma once

#include "apps/quoth/line_log.hpp"

namespace quoth::app {

/// Lines for people, in local time: a transaction as
/// `10:21:03.118  250  8F3C2A  app@shop.test → ann@example.com  1.2 KiB  3.1 ms`, all else as its
/// name with `key=value`. What a client sent cannot act on the terminal or begin a line.
class TextLog final : public LineLog {
 public:
  using LineLog::LineLog;

 private:
  void format(const Line& line, std::string& out) const override;

  /// The start-up lines have said what `server.started` would.
  [[nodiscard]] bool shows(LogEvent event) const noexcept override {
    return event != LogEvent::server_started;
  }
};

}  // namespace quoth::app
