#pragma once

#include <optional>
#include <string_view>

#include <quoth/smtp/reply.hpp>

namespace quoth {

/// What a handler makes of an event. A reply ends the chain and goes to the client; nothing passes
/// on to the next handler.
using Decision = std::optional<smtp::Reply>;

/// The next handler shall decide.
[[nodiscard]] inline Decision pass() noexcept { return std::nullopt; }

/// Yes: 250. `text` may begin with an enhanced status code.
[[nodiscard]] inline Decision accept(std::string_view text = "OK") {
  return smtp::Reply{smtp::code::ok, text};
}

/// No, and trying again will not help: 550.
[[nodiscard]] inline Decision reject(std::string_view text = "5.7.1 refused") {
  return smtp::Reply{smtp::code::unavailable, text};
}

/// Not now: 451, the client tries again later.
[[nodiscard]] inline Decision defer(std::string_view text = "4.7.1 try again later") {
  return smtp::Reply{smtp::code::local_error, text};
}

/// Any other reply (RFC 5321 §4.2).
/// @throws std::invalid_argument if `code` is not 200 to 599.
[[nodiscard]] inline Decision answer(unsigned code, std::string_view text) {
  return smtp::Reply{code, text};
}

/// No, and good bye: 421, the connection is closed after it.
[[nodiscard]] inline Decision hang_up(std::string_view text = "4.7.0 closing connection") {
  return smtp::Reply{smtp::code::not_available, text};
}

}  // namespace quoth
