#pragma once

#include "apps/quoth/line_log.hpp"

namespace quoth::app {

/// One JSON object a line, for machines: `ts` (RFC 3339, UTC), `lvl`, `ev`, then the fields in
/// their order. Always UTF-8; octets from the wire that are none become \u0080 to \u00ff.
class JsonLog final : public LineLog {
 public:
  using LineLog::LineLog;

 private:
  void format(const Line& line, std::string& out) const override;
};

}  // namespace quoth::app
