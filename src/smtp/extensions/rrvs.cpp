#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "mail/timestamp.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// date-time [";" ("C" / "R")] (RFC 7293 §3.1).
std::optional<RequireRecipientValidSince> parse(std::string_view value) noexcept {
  const std::string_view time_text = value.substr(0, value.find(';'));
  const std::optional<std::chrono::sys_seconds> time = mail::parse_timestamp(time_text);
  if (!time) return std::nullopt;
  RequireRecipientValidSince since{.time = *time};
  value.remove_prefix(time_text.size());
  if (value.empty()) return since;
  using Unsupported = RequireRecipientValidSince::Unsupported;
  if (ascii::iequals(value, ";C")) {
    since.unsupported = Unsupported::proceed;
  } else if (ascii::iequals(value, ";R")) {
    since.unsupported = Unsupported::refuse;
  } else {
    return std::nullopt;
  }
  return since;
}

std::optional<Reply> read_rrvs(std::string_view value, Arguments& arguments,
                               const Limits& /*limits*/) {
  const std::optional<RequireRecipientValidSince> since = parse(value);
  if (!since) return wrong_value("RRVS is a date-time of RFC 3339, and maybe ;C or ;R");
  std::get<RcptArguments>(arguments).valid_since = *since;
  return std::nullopt;
}

}  // namespace

Extension rrvs() {
  // A space, the keyword, "=", a date-time with an offset and what is behind it.
  return {
      .keyword = "RRVS",
      .parameters = {{.verb = "RCPT", .keyword = "RRVS", .line_octets = 33, .read = read_rrvs}}};
}

}  // namespace quoth::smtp::extension
