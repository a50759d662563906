#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quoth::app {

/// Octets written as "2 MiB", "50MB", "512": B, kB, MB, GB count in thousands, KiB, MiB, GiB in
/// 1024; K, M, G mean the latter. None: not of this form, or over 2^63 - 1.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// A time written as "250ms", "30s", "5m", "1h", "2d"; a unit must be there. None: not of this
/// form, or over 100 days.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// How many a minute: "60/min" or "2/s". None: not of this form, or as above.
[[nodiscard]] std::optional<std::uint64_t> parse_per_minute(std::string_view text);

/// Octets a second: "500 B/s", "2 KiB/s". None: not of this form, or as above.
[[nodiscard]] std::optional<std::uint64_t> parse_octets_per_second(std::string_view text);

/// "1.2 KiB", "512 B", for people.
[[nodiscard]] std::string size_text(std::uint64_t octets);

/// "3.1 ms", "2.5 s", for people.
[[nodiscard]] std::string milliseconds_text(double milliseconds);

}  // namespace quoth::app
