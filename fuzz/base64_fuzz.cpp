// Feeds any octets to the Base64 of RFC 4648 §4: whatever is encoded comes back, and a text that
// decodes is the only one that does to these octets.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>

#include "core/base64.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  const std::string encoded = quoth::encode_base64(text);
  QUOTH_ASSERT(encoded.size() == (size + 2) / 3 * 4);
  QUOTH_ASSERT(quoth::decode_base64(encoded) == text);

  if (const std::optional<std::string> decoded = quoth::decode_base64(text)) {
    QUOTH_ASSERT(quoth::encode_base64(*decoded) == text);
  }
  return 0;
}
