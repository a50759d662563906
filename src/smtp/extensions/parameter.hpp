#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/reply.hpp>
#include <quoth/smtp/verb.hpp>

// What the readers of parameters share. Each takes a value into the arguments of its verb, or says
// what is wrong with it.

namespace quoth::smtp {

/// 501 5.5.4 with `text`.
[[nodiscard]] inline Reply wrong_value(std::string_view text) {
  return {code::arg_syntax_error, "5.5.4 " + std::string{text}};
}

/// Takes a value of BODY: 7BIT or 8BITMIME (RFC 6152 §3).
[[nodiscard]] std::optional<Reply> read_body(std::string_view value, Arguments& arguments,
                                             const Limits& limits);

/// The number that `digits` are, at most `max_digits` of them; none if it is none.
[[nodiscard]] std::optional<std::int64_t> read_number(std::string_view digits,
                                                      std::size_t max_digits) noexcept;

}  // namespace quoth::smtp
