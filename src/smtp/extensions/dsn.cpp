#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"
#include "smtp/xtext.hpp"

namespace quoth::smtp::extension {
namespace {

constexpr std::size_t max_envid_octets = 100;  // RFC 3461 §4.4
constexpr std::size_t max_orcpt_octets = 500;  // RFC 3461 §4.2

/// RFC 3461 §4.3.
std::optional<Reply> read_ret(std::string_view value, Arguments& arguments,
                              const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  if (ascii::iequals(value, "FULL")) {
    mail.returned = Returned::full;
  } else if (ascii::iequals(value, "HDRS")) {
    mail.returned = Returned::headers;
  } else {
    return wrong_value("RET is FULL or HDRS");
  }
  return std::nullopt;
}

/// RFC 3461 §4.4: printable ASCII, as xtext. Nothing that ends a line comes out of it.
std::optional<Reply> read_envid(std::string_view value, Arguments& arguments,
                                const Limits& /*limits*/) {
  if (value.size() > max_envid_octets) return wrong_value("ENVID has at most 100 octets");
  std::optional<std::string> decoded = decode_xtext(value);
  if (!decoded || !is_printable_ascii(*decoded)) {
    return wrong_value("ENVID is xtext of printable ASCII");
  }
  std::get<MailArguments>(arguments).envelope_id = *std::move(decoded);
  return std::nullopt;
}

/// The member that `word` names; null: none.
bool* member(Notify& notify, std::string_view word) noexcept {
  if (ascii::iequals(word, "SUCCESS")) return &notify.success;
  if (ascii::iequals(word, "FAILURE")) return &notify.failure;
  if (ascii::iequals(word, "DELAY")) return &notify.delay;
  return nullptr;
}

/// RFC 3461 §4.1: NEVER stands alone, the others in a list.
std::optional<Reply> read_notify(std::string_view value, Arguments& arguments,
                                 const Limits& /*limits*/) {
  Notify notify;
  const bool is_never = ascii::iequals(value, "NEVER");
  for (bool more = !is_never; more;) {
    const std::string_view word = value.substr(0, value.find(','));
    bool* const wanted = member(notify, word);
    if (wanted == nullptr || std::exchange(*wanted, true)) {
      return wrong_value("NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY");
    }
    more = word.size() < value.size();
    value.remove_prefix(std::min(word.size() + 1, value.size()));
  }
  std::get<RcptArguments>(arguments).notify = notify;
  return std::nullopt;
}

/// addr-type is an atom of RFC 822 §3.3: no special of it.
bool is_address_type(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view{"()<>@,;:\\\".[]"}.find(c) == std::string_view::npos;
  });
}

/// The address that `encoded` is; none if it is none of that type.
std::optional<std::string> decode_address(std::string_view type, std::string_view encoded) {
  if (encoded.empty()) return std::nullopt;
  // RFC 6533 §3.
  if (type == "utf-8") return decode_utf8_address(encoded);
  std::optional<std::string> address = decode_xtext(encoded);
  if (address && !is_printable_ascii(*address)) address.reset();
  return address;
}

/// RFC 3461 §4.2: the address behind the type is not looked at, as it may be of another world.
std::optional<Reply> read_orcpt(std::string_view value, Arguments& arguments,
                                const Limits& /*limits*/) {
  if (value.size() > max_orcpt_octets) return wrong_value("ORCPT has at most 500 octets");
  const std::size_t semicolon = std::min(value.find(';'), value.size());
  std::string type = ascii::lower(value.substr(0, semicolon));
  const std::string_view encoded = value.substr(std::min(semicolon + 1, value.size()));
  std::optional<std::string> address = decode_address(type, encoded);
  if (!is_address_type(type) || !address) {
    return wrong_value("ORCPT is an address type, a semicolon and an encoded address");
  }
  std::get<RcptArguments>(arguments).original_recipient =
      OriginalRecipient{.type = std::move(type), .address = *std::move(address)};
  return std::nullopt;
}

}  // namespace

Extension dsn() {
  // A space, the keyword, "=", and the longest value.
  return {
      .keyword = "DSN",
      .parameters = {{.verb = "MAIL", .keyword = "RET", .line_octets = 9, .read = read_ret},
                     {.verb = "MAIL", .keyword = "ENVID", .line_octets = 107, .read = read_envid},
                     {.verb = "RCPT", .keyword = "NOTIFY", .line_octets = 29, .read = read_notify},
                     {.verb = "RCPT",
                      .keyword = "ORCPT",
                      .line_octets = 507,
                      .takes_utf8 = true,
                      .read = read_orcpt}}};
}

}  // namespace quoth::smtp::extension
