#pragma once

namespace quoth::detail {

/// Prints the broken promise and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace quoth::detail

/// States what only a bug of ours could break. On in every build: a server that goes on with a
/// broken promise may lose mail.
#define QUOTH_ASSERT(expression) \
  ((expression) ? void() : ::quoth::detail::assertion_failed(#expression, __FILE__, __LINE__))
