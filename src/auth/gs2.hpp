#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quoth::auth {

/// Where a client says whether it binds to the channel, and whom it wants to act as (RFC 5801 §4,
/// RFC 5802 §7).
struct Gs2Header {
  std::string_view text;          ///< All of it, with the comma at its end.
  char flag = 'n';                ///< 'n': binds not; 'y': would, were it offered; 'p': does.
  std::string_view binding_type;  ///< With 'p'.
  std::string authorization;      ///< May be empty. Not yet prepared.
};

/// Takes it from the beginning of `message`; none if there is no such thing.
[[nodiscard]] std::optional<Gs2Header> take_gs2_header(std::string_view& message);

/// Takes what stands before the next comma, and the comma; none if there is no comma.
[[nodiscard]] std::optional<std::string_view> take_field(std::string_view& message) noexcept;

/// What a saslname stands for, with commas and equals signs in it (RFC 5802 §5.1). None if it is
/// none, or can be nobody's name.
[[nodiscard]] std::optional<std::string> decode_saslname(std::string_view text);

}  // namespace quoth::auth
