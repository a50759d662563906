// Feeds any octets to the decoders of RFC 3461 and RFC 6533: what they accept comes back, whatever
// is encoded decodes, and nothing that is a control gets through as an address.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"
#include "mail/utf8.hpp"
#include "smtp/xtext.hpp"

namespace {

bool is_visible_utf8(std::string_view text) {
  while (!text.empty()) {
    if (quoth::ascii::is_control(text.front())) return false;
    const std::size_t size =
        quoth::ascii::is_high(text.front()) ? quoth::mail::visible_high_character_at(text) : 1;
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quoth::smtp;
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  const std::string encoded = encode_xtext(text);
  QUOTH_ASSERT(is_printable_ascii(encoded) && encoded.find('=') == std::string::npos);
  QUOTH_ASSERT(decode_xtext(encoded) == text);
  if (const std::optional<std::string> decoded = decode_xtext(text)) {
    QUOTH_ASSERT(is_printable_ascii(text) && decoded->size() <= text.size());
    QUOTH_ASSERT(decode_xtext(encode_xtext(*decoded)) == decoded);
  }

  if (const std::optional<std::string> address = decode_utf8_address(text)) {
    QUOTH_ASSERT(is_visible_utf8(*address) && address->size() <= text.size());
    const std::string again = encode_utf8_address(*address);
    QUOTH_ASSERT(is_printable_ascii(again) && again.find_first_of(" +=") == std::string::npos);
    QUOTH_ASSERT(decode_utf8_address(again) == address);
  }
  if (is_visible_utf8(text)) {
    QUOTH_ASSERT(decode_utf8_address(encode_utf8_address(text)) == text);
  }
  return 0;
}
