#pragma once

#include <string>

#include "bench/report.hpp"

namespace quoth::app {

/// What was measured, for people.
[[nodiscard]] std::string bench_text(const bench::Report& report);

/// The same for machines: one JSON object. What was not measured is null.
[[nodiscard]] std::string bench_json(const bench::Report& report);

}  // namespace quoth::app
