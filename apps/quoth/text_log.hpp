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
};

}  // namespace quoth::app
