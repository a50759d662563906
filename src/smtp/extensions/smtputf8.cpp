#include <optional>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {
namespace {

std::optional<Reply> read_smtputf8(std::string_view /*value*/, Arguments& arguments,
                                   const Limits& /*limits*/) {
  std::get<MailArguments>(arguments).smtputf8 = true;
  return std::nullopt;
}

}  // namespace

Extension smtputf8() {
  // RFC 6531 §3.1 (5): it has no value. (6): 10 octets. (8): 8BITMIME goes with it.
  return {.keyword = "SMTPUTF8",
          .parameters = {{.verb = "MAIL",
                          .keyword = "SMTPUTF8",
                          .value = ValueRule::none,
                          .line_octets = 10,
                          .read = read_smtputf8}},
          .needs = "8BITMIME"};
}

}  // namespace quoth::smtp::extension
