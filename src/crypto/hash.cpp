#include "crypto/hash.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/types.h>

#include "crypto/openssl.hpp"

namespace quoth::crypto {
namespace {

using Buffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string to_string(const Buffer& buffer, unsigned size) {
  return {reinterpret_cast<const char*>(buffer.data()), size};
}

const EVP_MD* fetch(const char* name) {
  const EVP_MD* const md = EVP_MD_fetch(nullptr, name, nullptr);
  if (md == nullptr) throw std::runtime_error{std::string{"OpenSSL has no "} + name};
  return md;
}

}  // namespace

const EVP_MD* openssl_hash(Hash hash) {
  // A look-up takes longer than the hash of a short text. They are never freed, since OpenSSL may
  // have shut down by the time that static objects are destroyed.
  if (hash == Hash::sha1) {
    static const EVP_MD* const sha1 = fetch("SHA1");
    return sha1;
  }
  static const EVP_MD* const sha256 = fetch("SHA256");
  return sha256;
}

std::string digest(Hash hash, std::string_view octets) {
  Buffer buffer{};
  unsigned size = 0;
  if (EVP_Digest(octets.data(), octets.size(), buffer.data(), &size, openssl_hash(hash), nullptr) !=
      1) {
    throw std::runtime_error{"OpenSSL: EVP_Digest failed"};
  }
  return to_string(buffer, size);
}

std::string hmac(Hash hash, std::string_view key, std::string_view octets) {
  if (key.empty()) key = "";  // OpenSSL wants a key that is somewhere
  Buffer buffer{};
  unsigned size = 0;
  if (HMAC(openssl_hash(hash), key.data(), to_int(key.size()), as_octets(octets), octets.size(),
           buffer.data(), &size) == nullptr) {
    throw std::runtime_error{"OpenSSL: HMAC failed"};
  }
  return to_string(buffer, size);
}

}  // namespace quoth::crypto
