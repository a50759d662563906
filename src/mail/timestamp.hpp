#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace quoth::mail {

/// The moment that a date-time of RFC 3339 §5.6 names: "2014-04-03T23:01:00Z", years 0000 to 9999.
/// Fractions of a second are cut off, and a leap second is the second after it, as on any clock
/// that counts by POSIX. None if it is no date-time, or there is no such day.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_timestamp(
    std::string_view text) noexcept;

/// `time` in that form, in UTC. Its year is 0000 to 9999.
[[nodiscard]] std::string timestamp(std::chrono::sys_seconds time);

}  // namespace quoth::mail
