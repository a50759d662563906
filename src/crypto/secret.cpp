#include "crypto/secret.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <openssl/crypto.h>

namespace quoth::crypto {

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // what was longer before has left something behind its end
  wipe(text.data(), text.size());
  text.clear();
}

void wipe(void* start, std::size_t count) noexcept { OPENSSL_cleanse(start, count); }

void wipe(std::span<char> octets) noexcept { OPENSSL_cleanse(octets.data(), octets.size()); }

}  // namespace quoth::crypto
