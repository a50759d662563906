#include "core/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <cstddef>
#include <thread>

namespace quoth {

std::size_t usable_cores() noexcept {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  // It fails on machines with more processors than the set has room for.
  const bool is_known = ::sched_getaffinity(0, sizeof usable, &usable) == 0;
  const auto cores =
      is_known ? static_cast<unsigned>(CPU_COUNT(&usable)) : std::thread::hardware_concurrency();
  return std::max(cores, 1U);
}

}  // namespace quoth
