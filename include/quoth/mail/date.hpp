#pragma once

#include <chrono>
#include <string>

namespace quoth::mail {

/// `time` as a date-time of a header field, in UTC: "Sun, 22 Nov 2026 10:21:03 +0000" (RFC 5322
/// §3.3).
[[nodiscard]] std::string date(std::chrono::system_clock::time_point time);

}  // namespace quoth::mail
