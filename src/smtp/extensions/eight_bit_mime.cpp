#include <optional>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// RFC 6152 §3.
std::optional<Reply> read_body(std::string_view value, Arguments& arguments,
                               const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  if (ascii::iequals(value, "7BIT")) {
    mail.body = Body::seven_bit;
  } else if (ascii::iequals(value, "8BITMIME")) {
    mail.body = Body::eight_bit_mime;
  } else {
    return wrong_value("BODY is 7BIT or 8BITMIME");
  }
  return std::nullopt;
}

}  // namespace

Extension eight_bit_mime() {
  // RFC 6152 §2 (7): 17 octets.
  return {
      .keyword = "8BITMIME",
      .parameters = {{.verb = "MAIL", .keyword = "BODY", .line_octets = 17, .read = read_body}}};
}

}  // namespace quoth::smtp::extension
