#pragma once

#include <cstddef>
#include <string_view>

#include "core/scan.hpp"

// What line scanners have in common.

namespace quoth {

/// find_line_octet() of the rest of `text` from `at`, without any haste.
[[nodiscard]] inline std::size_t find_one_by_one(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && text[at] != '\r' && text[at] != '\n' && text[at] != '\0') ++at;
  return at;
}

/// skip_plain_lines() by way of a find_line_octet(): each line is found from the end of the last.
template <std::size_t (*Find)(std::string_view) noexcept>
[[nodiscard]] std::size_t skip_line_by_line(std::string_view text,
                                            std::size_t line_limit) noexcept {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.') {
    const std::size_t at = end + Find(text.substr(end));
    const bool is_whole = at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n';
    if (!is_whole || at + 2 - end > line_limit) break;
    end = at + 2;
  }
  return end;
}

}  // namespace quoth
