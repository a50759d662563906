#pragma once

#include <cstddef>
#include <string_view>

namespace quoth {

/// Where in `text` the first CR, LF or NUL stands; text.size() if there is none. Reads nothing
/// behind the end; 16 octets a step where the processor can.
[[nodiscard]] std::size_t find_line_octet(std::string_view text) noexcept;

}  // namespace quoth
