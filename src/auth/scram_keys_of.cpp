#include <quoth/scram.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/saslprep.hpp"
#include "auth/scram_keys.hpp"
#include "crypto/random.hpp"

namespace quoth::auth {

std::optional<ScramKeys> scram_keys_of(ScramHash hash, std::string_view password,
                                       std::uint32_t iterations) {
  const std::optional<std::string> prepared = saslprep(password, Unassigned::refused);
  if (!prepared || prepared->empty()) return std::nullopt;
  return make_scram_keys(hash, *prepared, crypto::random_octets(usual_salt_bytes), iterations);
}

}  // namespace quoth::auth
