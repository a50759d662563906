#pragma once

#include <string_view>

namespace quoth {

/// The version of the library that was linked, as "major.minor.patch".
[[nodiscard]] std::string_view version() noexcept;

}  // namespace quoth
