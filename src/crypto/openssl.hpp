#pragma once

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string_view>

#include <openssl/types.h>

#include "crypto/hash.hpp"

namespace quoth::crypto {

/// The hash as OpenSSL has it: it is never freed.
/// @throws std::runtime_error if OpenSSL has none.
[[nodiscard]] const EVP_MD* openssl_hash(Hash hash);

/// OpenSSL counts with int.
/// @throws std::runtime_error if `size` is beyond it.
[[nodiscard]] inline int to_int(std::size_t size) {
  if (size > std::numeric_limits<int>::max()) throw std::runtime_error{"too much for OpenSSL"};
  return static_cast<int>(size);
}

[[nodiscard]] inline const unsigned char* as_octets(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace quoth::crypto
