#include <optional>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {
namespace {

std::optional<Reply> read_require_tls(std::string_view /*value*/, Arguments& arguments,
                                      const Limits& /*limits*/) {
  std::get<MailArguments>(arguments).require_tls = true;
  return std::nullopt;
}

}  // namespace

Extension require_tls() {
  // RFC 8689 §2 (3): it has no value; §7: 11 octets.
  return {.keyword = "REQUIRETLS",
          .parameters = {{.verb = "MAIL",
                          .keyword = "REQUIRETLS",
                          .value = ValueRule::none,
                          .line_octets = 11,
                          .read = read_require_tls}}};
}

}  // namespace quoth::smtp::extension
