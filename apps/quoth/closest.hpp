#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace quoth::app {

/// How many characters to add, drop, change or swap with their neighbour to make `b` out of `a`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The one of `names` that somebody who typed `typed` most likely meant; empty: none is near.
[[nodiscard]] std::string_view closest(std::string_view typed,
                                       std::span<const std::string_view> names);

}  // namespace quoth::app
