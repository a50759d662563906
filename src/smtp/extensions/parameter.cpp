#include "smtp/extensions/parameter.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"

namespace quoth::smtp {

std::optional<Reply> read_body(std::string_view value, Arguments& arguments,
                               const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  if (ascii::iequals(value, "7BIT")) {
    mail.body = Body::seven_bit;
  } else if (ascii::iequals(value, "8BITMIME")) {
    mail.body = Body::eight_bit_mime;
  } else {
    return wrong_value("BODY is 7BIT or 8BITMIME");
  }
  return std::nullopt;
}

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
