#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// RFC 1870 §3: 1 to 20 digits; §6.1 (1): 552 at once for what is over our limit. 0 says that the
/// client does not know, as does a MAIL without it.
std::optional<Reply> read_size(std::string_view value, Arguments& arguments, const Limits& limits) {
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  const bool too_large = error == std::errc::result_out_of_range;
  const bool is_number = stop == value.data() + value.size() && (error == std::errc{} || too_large);
  if (!is_number || value.size() > 20) return wrong_value("SIZE wants a number of octets");
  if (too_large || size > limits.message_bytes) {
    return Reply{code::quota_limit,
                 "5.3.4 messages may have " + std::to_string(limits.message_bytes) + " octets"};
  }
  std::get<MailArguments>(arguments).size = size;
  return std::nullopt;
}

/// RFC 1870 §3 (3): "SIZE 0" would say that there is no limit, while a server that takes empty
/// messages alone has one; without a number nothing is said.
std::string announced(const Limits& limits) {
  return limits.message_bytes == 0 ? std::string{} : std::to_string(limits.message_bytes);
}

}  // namespace

Extension size() {
  // RFC 1870 §3 (5): 26 octets.
  return {
      .keyword = "SIZE",
      .ehlo_value = announced,
      .parameters = {{.verb = "MAIL", .keyword = "SIZE", .line_octets = 26, .read = read_size}}};
}

}  // namespace quoth::smtp::extension
