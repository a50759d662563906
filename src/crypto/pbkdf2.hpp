#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/hash.hpp"

namespace quoth::crypto {

/// PBKDF2 with HMAC (RFC 8018 §5.2), as long as a digest: what SCRAM calls Hi(). It is slow, that
/// is what it is for. Any thread.
/// @param iterations at least 1.
/// @throws std::runtime_error as digest(), and if a number is out of its range.
[[nodiscard]] std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                                 std::uint32_t iterations);

}  // namespace quoth::crypto
