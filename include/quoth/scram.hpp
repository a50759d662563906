#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <quoth/auth.hpp>

namespace quoth::auth {

/// The keys to keep of a password, with a new salt: what a handler of `Auth` hands to use_keys().
/// Slow, as `iterations` says; any thread. None: the password cannot be one (RFC 4013), or is
/// empty.
/// @throws std::runtime_error if `iterations` is 0 or over 2^31 - 1, or the system has no
/// randomness.
[[nodiscard]] std::optional<ScramKeys> scram_keys_of(ScramHash hash, std::string_view password,
                                                     std::uint32_t iterations = 4096);

}  // namespace quoth::auth
