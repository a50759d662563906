#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/quoth/failure.hpp"

namespace quoth::app {

/// Says that a server could not start, and what to do about it. `addresses` are those it was to
/// listen on; `what`, the library's words, names the one it is about, or none of them.
[[nodiscard]] Failure start_failure(std::string_view what, int error,
                                    const std::vector<std::string>& addresses);

}  // namespace quoth::app
