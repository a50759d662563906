#pragma once

#include <cstddef>

namespace quoth::server {

/// Raises the number of files that the process may have open to `wanted`, as far as it is allowed
/// to (RLIMIT_NOFILE). Never lowers it.
/// @returns how many it may have open now.
std::size_t raise_descriptor_limit(std::size_t wanted) noexcept;

}  // namespace quoth::server
