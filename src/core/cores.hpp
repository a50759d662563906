#pragma once

#include <cstddef>

namespace quoth {

/// How many processors this process may run on, by its affinity; at least 1. Fewer than the machine
/// has in many containers, and under taskset.
[[nodiscard]] std::size_t usable_cores() noexcept;

}  // namespace quoth
