#include "crypto/pbkdf2.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "crypto/hash.hpp"
#include "crypto/openssl.hpp"

namespace quoth::crypto {

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations) {
  std::string key(digest_bytes(hash), '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), to_int(password.size()), as_octets(salt),
                        to_int(salt.size()), to_int(iterations), openssl_hash(hash),
                        to_int(key.size()), reinterpret_cast<unsigned char*>(key.data())) != 1) {
    throw std::runtime_error{"OpenSSL: PBKDF2 failed"};
  }
  return key;
}

}  // namespace quoth::crypto
