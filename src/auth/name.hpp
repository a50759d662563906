#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/mechanism.hpp"

namespace quoth::auth {

/// Names and passwords as they are sent: RFC 4616 §2 asks servers to take this much.
inline constexpr std::size_t max_name_bytes = 255;

inline constexpr Failure malformed_message{Failure::Why::malformed};
inline constexpr Failure refusal{Failure::Why::refused};

/// Whether `text` may be a name or a password, before it is prepared: it has 1 to 255 octets, and
/// no NUL.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

/// A name or a password that somebody says he has, prepared. None: nobody has it, since SASLprep
/// refuses it or leaves nothing (RFC 4616 §2, RFC 5802 §5.1).
[[nodiscard]] std::optional<std::string> prepare(std::string_view text);

/// The same for whom somebody wants to act as, who may be left open: an empty text is fine (RFC
/// 4954 §4).
[[nodiscard]] std::optional<std::string> prepare_authorization(std::string_view text);

}  // namespace quoth::auth
