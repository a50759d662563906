#include "auth/scram_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/auth.hpp>

#include "crypto/hash.hpp"
#include "crypto/pbkdf2.hpp"
#include "crypto/secret.hpp"

namespace quoth::auth {

ScramKeys make_scram_keys(ScramHash hash, std::string_view password, std::string salt,
                          std::uint32_t iterations) {
  const crypto::Hash algorithm = crypto_hash(hash);
  // SaltedPassword, ClientKey, StoredKey and ServerKey of RFC 5802 §3.
  std::string salted_password = crypto::pbkdf2(algorithm, password, salt, iterations);
  const crypto::WipeAtEnd wiping_salted{salted_password};
  std::string client_key = crypto::hmac(algorithm, salted_password, "Client Key");
  const crypto::WipeAtEnd wiping_client{client_key};
  return {.salt = std::move(salt),
          .iterations = iterations,
          .stored_key = crypto::digest(algorithm, client_key),
          .server_key = crypto::hmac(algorithm, salted_password, "Server Key")};
}

bool is_password_of(const ScramKeys& keys, ScramHash hash, std::string_view password) {
  const ScramKeys made = make_scram_keys(hash, password, keys.salt, keys.iterations);
  return crypto::equal_in_constant_time(made.stored_key, keys.stored_key);
}

bool are_usable(const ScramKeys& keys, ScramHash hash) noexcept {
  const std::size_t size = crypto::digest_bytes(crypto_hash(hash));
  return !keys.salt.empty() && keys.iterations > 0 && keys.stored_key.size() == size &&
         keys.server_key.size() == size;
}

}  // namespace quoth::auth
