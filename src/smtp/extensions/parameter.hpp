#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/smtp/reply.hpp>

// What the readers of parameters share. Each takes a value into the arguments of its verb, or says
// what is wrong with it.

namespace quoth::smtp {

/// 501 5.5.4 with `text`.
[[nodiscard]] inline Reply wrong_value(std::string_view text) {
  return {code::arg_syntax_error, "5.5.4 " + std::string{text}};
}

/// The number that `digits` are, at most `max_digits` of them; none if it is none.
[[nodiscard]] std::optional<std::int64_t> read_number(std::string_view digits,
                                                      std::size_t max_digits) noexcept;

}  // namespace quoth::smtp
