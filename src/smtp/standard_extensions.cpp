#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/ascii.hpp"
#include "smtp/standard.hpp"

namespace quoth::smtp {
namespace {

/// RFC 1870 §6: up to 20 digits, and 552 at once for what is over our limit.
std::optional<Reply> read_size(std::string_view value, Arguments& arguments, const Limits& limits) {
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  const bool too_large = error == std::errc::result_out_of_range;
  const bool is_number = stop == value.data() + value.size() && (error == std::errc{} || too_large);
  if (!is_number || value.size() > 20) {
    return Reply{code::arg_syntax_error, "5.5.4 SIZE wants a number of octets"};
  }
  if (too_large || size > limits.message_bytes) {
    return Reply{code::quota_limit,
                 "5.3.4 messages may have " + std::to_string(limits.message_bytes) + " octets"};
  }
  std::get<MailArguments>(arguments).size = size;
  return std::nullopt;
}

/// RFC 6152 §2.
std::optional<Reply> read_body(std::string_view value, Arguments& arguments,
                               const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  if (ascii::iequals(value, "7BIT")) {
    mail.body = Body::seven_bit;
  } else if (ascii::iequals(value, "8BITMIME")) {
    mail.body = Body::eight_bit_mime;
  } else {
    return Reply{code::arg_syntax_error, "5.5.4 BODY is 7BIT or 8BITMIME"};
  }
  return std::nullopt;
}

}  // namespace

void define_standard_extensions(Dialect& dialect) {
  dialect.define(Extension{.keyword = "PIPELINING"});
  dialect.define(Extension{
      .keyword = "SIZE",
      .ehlo_value = [](const Limits& limits) { return std::to_string(limits.message_bytes); },
      .parameters = {{.verb = "MAIL", .keyword = "SIZE", .line_octets = 26, .read = read_size}}});
  dialect.define(Extension{
      .keyword = "8BITMIME",
      .parameters = {{.verb = "MAIL", .keyword = "BODY", .line_octets = 17, .read = read_body}}});
  dialect.define(Extension{.keyword = "ENHANCEDSTATUSCODES"});
}

Dialect standard_dialect(Limits limits, Protocol protocol) {
  Dialect dialect{limits, protocol};
  define_standard_extensions(dialect);
  define_standard_verbs(dialect);
  return dialect;
}

}  // namespace quoth::smtp
