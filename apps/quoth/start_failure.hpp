#pragma once

#include <string_view>

#include "apps/quoth/failure.hpp"

namespace quoth::app {

/// Says that a server could not start, and what to do about it. `what` and `error`, of errno, are
/// those of the exception.
[[nodiscard]] Failure start_failure(std::string_view what, int error);

}  // namespace quoth::app
