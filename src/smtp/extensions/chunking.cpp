#include <optional>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// RFC 3030 §3 (4): one more value of BODY.
std::optional<Reply> read_body(std::string_view value, Arguments& arguments,
                               const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  if (ascii::iequals(value, "7BIT")) {
    mail.body = Body::seven_bit;
  } else if (ascii::iequals(value, "8BITMIME")) {
    mail.body = Body::eight_bit_mime;
  } else if (ascii::iequals(value, "BINARYMIME")) {
    mail.body = Body::binary_mime;
  } else {
    return wrong_value("BODY is 7BIT, 8BITMIME or BINARYMIME");
  }
  return std::nullopt;
}

}  // namespace

Extension chunking() { return {.keyword = "CHUNKING"}; }

Extension binary_mime() {
  // It cannot be without CHUNKING (RFC 3030 §3). This BODY is later than the one of 8BITMIME, so it
  // counts, and needs no octets besides those 17.
  return {.keyword = "BINARYMIME",
          .parameters = {{.verb = "MAIL", .keyword = "BODY", .read = read_body}},
          .needs = "CHUNKING"};
}

}  // namespace quoth::smtp::extension
