#include <quoth/smtp/extensions.hpp>

#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {

Extension eight_bit_mime() {
  // RFC 6152 §2 (7): 17 octets.
  return {
      .keyword = "8BITMIME",
      .parameters = {{.verb = "MAIL", .keyword = "BODY", .line_octets = 17, .read = read_body}}};
}

}  // namespace quoth::smtp::extension
