#include "smtp/extensions/parameter.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"

namespace quoth::smtp {

std::optional<std::int64_t> read_number(std::string_view digits, std::size_t max_digits) noexcept {
  QUOTH_ASSERT(max_digits <= 18);  // so that it fits
  if (digits.empty() || digits.size() > max_digits) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : digits) {
    if (!ascii::is_digit(c)) return std::nullopt;
    number = 10 * number + (c - '0');
  }
  return number;
}

}  // namespace quoth::smtp
