#pragma once

#include <cstddef>
#include <string>

namespace quoth::crypto {

/// Octets that nobody can guess: for nonces, salts and keys. Any thread.
/// @throws std::runtime_error if the system has no randomness.
[[nodiscard]] std::string random_octets(std::size_t count);

}  // namespace quoth::crypto
