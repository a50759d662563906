#pragma once

#include "bench/options.hpp"

namespace quoth::bench {

/// Lets us open as many files as we may: the soft limit becomes the hard one.
void raise_descriptor_limit() noexcept;

/// @throws Unmeasurable: there are not so many connections to be had, by the limit of open files or
/// by that of ports.
void check_limits(const Options& options);

}  // namespace quoth::bench
