#include "crypto/random.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>

#include <openssl/rand.h>

#include "crypto/openssl.hpp"

namespace quoth::crypto {

std::string random_octets(std::size_t count) {
  std::string octets(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), to_int(count)) != 1) {
    throw std::runtime_error{"OpenSSL: no randomness"};
  }
  return octets;
}

}  // namespace quoth::crypto
