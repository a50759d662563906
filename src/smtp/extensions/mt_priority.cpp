#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// priority-value = (["-"] NZDIGIT) / "0" (RFC 6710 §6).
std::optional<Reply> read_priority(std::string_view value, Arguments& arguments,
                                   const Limits& /*limits*/) {
  const bool is_negative = value.starts_with('-');
  if (is_negative) value.remove_prefix(1);
  const bool is_digit = value.size() == 1 && ascii::is_digit(value[0]);
  if (!is_digit || (is_negative && value[0] == '0')) {
    return wrong_value("MT-PRIORITY is -9 to 9");
  }
  const int priority = value[0] - '0';
  std::get<MailArguments>(arguments).priority =
      static_cast<std::int8_t>(is_negative ? -priority : priority);
  return std::nullopt;
}

}  // namespace

Extension mt_priority(std::string profile) {
  Extension made{.keyword = "MT-PRIORITY"};
  if (!profile.empty()) {
    made.ehlo_value = [profile = std::move(profile)](const Limits&) { return profile; };
  }
  // RFC 6710 §3 (7): 15 octets.
  made.parameters.push_back(
      {.verb = "MAIL", .keyword = "MT-PRIORITY", .line_octets = 15, .read = read_priority});
  return made;
}

}  // namespace quoth::smtp::extension
