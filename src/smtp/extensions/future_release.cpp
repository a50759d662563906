#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "mail/timestamp.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr seconds longest{999999999};

/// RFC 4865 §4: one of the two, once.
std::optional<Reply> hold(Arguments& arguments, Hold hold) {
  auto& mail = std::get<MailArguments>(arguments);
  if (mail.hold) return wrong_value("HOLDFOR and HOLDUNTIL exclude each other");
  mail.hold = hold;
  return std::nullopt;
}

/// RFC 4865 §4.1: 501 for what is over the maximum that was announced.
std::optional<Reply> read_hold_for(std::string_view value, Arguments& arguments, seconds interval) {
  const std::optional<std::int64_t> number = read_number(value, 9);
  if (!number || *number == 0) return wrong_value("HOLDFOR is 1 to 999999999 seconds");
  if (seconds{*number} > interval) {
    return wrong_value("HOLDFOR is at most " + std::to_string(interval.count()) + " seconds");
  }
  return hold(arguments, seconds{*number});
}

std::optional<Reply> read_hold_until(std::string_view value, Arguments& arguments,
                                     sys_seconds latest) {
  const std::optional<sys_seconds> until = mail::parse_timestamp(value);
  if (!until) return wrong_value("HOLDUNTIL is a date-time of RFC 3339");
  if (*until > latest) return wrong_value("HOLDUNTIL is at most " + mail::timestamp(latest));
  return hold(arguments, *until);
}

}  // namespace

Extension future_release(FutureReleaseLimits limits) {
  if (limits.interval < seconds{1} || limits.interval > longest) {
    throw std::invalid_argument("the interval of FUTURERELEASE is 1 to 999999999 seconds");
  }
  Extension made{.keyword = "FUTURERELEASE"};
  // RFC 4865 §3: both maxima.
  made.ehlo_value = [limits](const Limits&) {
    return std::to_string(limits.interval.count()) + ' ' + mail::timestamp(limits.until);
  };
  // One of the two stands there; the longer is a space, the keyword, "=" and a date-time with an
  // offset.
  made.parameters = {
      {.verb = "MAIL",
       .keyword = "HOLDFOR",
       .read = [limits](
                   std::string_view value, Arguments& arguments,
                   const Limits&) { return read_hold_for(value, arguments, limits.interval); }},
      {.verb = "MAIL",
       .keyword = "HOLDUNTIL",
       .line_octets = 36,
       .read = [limits](std::string_view value, Arguments& arguments, const Limits&) {
         return read_hold_until(value, arguments, limits.until);
       }}};
  return made;
}

}  // namespace quoth::smtp::extension
