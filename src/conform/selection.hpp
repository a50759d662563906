#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conform/case.hpp"

namespace quoth::conform {

/// Whether `pattern` is the id, its group, or matches the id, with * for any octets and ? for one.
[[nodiscard]] bool is_selected(std::string_view id, std::string_view pattern) noexcept;

/// Each by itself: `lists` have commas between them.
[[nodiscard]] std::vector<std::string> split_patterns(const std::vector<std::string>& lists);

/// The cases that one of the patterns selects; each pattern may be several, with commas between. No
/// pattern: all.
[[nodiscard]] Cases select(Cases cases, const std::vector<std::string>& patterns);

}  // namespace quoth::conform
