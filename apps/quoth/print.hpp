#pragma once

#include <cstdio>
#include <string_view>

namespace quoth::app {

/// Writes all of `text` at once. False: it could not be written.
bool print(std::FILE* stream, std::string_view text) noexcept;

}  // namespace quoth::app
