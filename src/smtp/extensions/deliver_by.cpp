#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

using std::chrono::seconds;

constexpr seconds longest{999999999};

/// by-value = by-time ";" by-mode [by-trace] (RFC 2852 §4).
std::optional<DeliverBy> parse(std::string_view value) noexcept {
  const std::size_t semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  std::string_view time = value.substr(0, semicolon);
  const std::string_view mode = value.substr(semicolon + 1);
  const bool is_negative = time.starts_with('-');
  if (is_negative || time.starts_with('+')) time.remove_prefix(1);
  const std::optional<std::int64_t> number = read_number(time, 9);
  if (!number || mode.empty() || mode.size() > 2) return std::nullopt;

  DeliverBy by;
  by.time = seconds{is_negative ? -*number : *number};
  by.is_traced = mode.size() == 2;
  if (by.is_traced && ascii::to_upper(mode[1]) != 'T') return std::nullopt;
  switch (ascii::to_upper(mode[0])) {
    case 'R': by.mode = DeliverBy::Mode::bounce; break;
    case 'N': by.mode = DeliverBy::Mode::notify; break;
    default: return std::nullopt;
  }
  // RFC 2852 §4: what is to be returned has time left.
  if (by.mode == DeliverBy::Mode::bounce && by.time <= seconds{0}) return std::nullopt;
  return by;
}

std::optional<Reply> read_by(std::string_view value, Arguments& arguments, seconds minimum) {
  const std::optional<DeliverBy> by = parse(value);
  if (!by) return wrong_value("BY is seconds, a semicolon, R or N, and maybe T");
  // RFC 2852 §4.
  if (by->mode == DeliverBy::Mode::bounce && by->time < minimum) {
    return Reply{code::parameter_unknown,
                 "5.5.4 BY=;R wants " + std::to_string(minimum.count()) + " seconds at least"};
  }
  std::get<MailArguments>(arguments).deliver_by = *by;
  return std::nullopt;
}

}  // namespace

Extension deliver_by(seconds minimum) {
  if (minimum < seconds{0} || minimum > longest) {
    throw std::invalid_argument("the minimum of DELIVERBY is 0 to 999999999 seconds");
  }
  Extension made{.keyword = "DELIVERBY"};
  if (minimum > seconds{0}) {
    made.ehlo_value = [minimum](const Limits&) { return std::to_string(minimum.count()); };
  }
  // RFC 2852 §2 (5): 17 octets.
  made.parameters.push_back(
      {.verb = "MAIL",
       .keyword = "BY",
       .line_octets = 17,
       .read = [minimum](std::string_view value, Arguments& arguments, const Limits&) {
         return read_by(value, arguments, minimum);
       }});
  return made;
}

}  // namespace quoth::smtp::extension
