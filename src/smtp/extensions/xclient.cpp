#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/smtp/extensions.hpp>

#include "mail/path.hpp"
#include "smtp/extensions/attributes.hpp"

namespace quoth::smtp::extension {
namespace {

using attribute::Attribute;

constexpr std::array<std::string_view, 8> known{"NAME", "ADDR",  "PORT",     "PROTO",
                                                "HELO", "LOGIN", "DESTADDR", "DESTPORT"};
constexpr std::array<std::string_view, 2> protocols{"SMTP", "ESMTP"};

/// What HELO and EHLO would take.
std::optional<std::string> helo_name(std::string_view value) {
  if (!value.empty() && !mail::is_helo_name(value)) return std::nullopt;
  return std::string{value};
}

/// Whether the value can be.
bool take(Attribute& given, XclientArguments& to) {
  const std::string_view name = given.name;
  if (name == "NAME") {
    to.is_name_pending = given.is_temporary;
    return (to.name = attribute::host_name(given.value)).has_value();
  }
  if (name == "ADDR") return (to.address = attribute::address(given.value)).has_value();
  if (name == "PORT") return (to.port = attribute::port(given.value)).has_value();
  if (name == "PROTO") return (to.protocol = attribute::word(given.value, protocols)).has_value();
  if (name == "HELO") return (to.helo = helo_name(given.value)).has_value();
  if (name == "DESTADDR") return (to.server_address = attribute::address(given.value)).has_value();
  if (name == "DESTPORT") return (to.server_port = attribute::port(given.value)).has_value();
  to.login = std::move(given.value);
  return true;
}

Parsed xclient_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  std::variant<std::vector<Attribute>, Reply> read = attribute::read(argument, known);
  if (auto* problem = std::get_if<Reply>(&read)) return std::move(*problem);
  XclientArguments result;
  for (Attribute& given : std::get<std::vector<Attribute>>(read)) {
    if (!take(given, result)) return attribute::wrong(given);
  }
  return Arguments{std::move(result)};
}

}  // namespace

Extension xclient() {
  // The session begins anew with it, so nothing may be under way, and nothing can follow in a group
  // (RFC 2920 §3.1).
  return {.keyword = "XCLIENT",
          .ehlo_value = [](const Limits&) { return attribute::join(known); },
          .verbs = {{.name = "XCLIENT",
                     .syntax = "XCLIENT NAME=value [NAME=value]",
                     .argument = ArgumentRule::required,
                     .allowed = {State::connected, State::greeted},
                     .effect = Effect::restart,
                     .ends_group = true,
                     .is_junk = true,
                     .before_auth = true,
                     .grammar = xclient_grammar}},
          .is_listed = false};
}

}  // namespace quoth::smtp::extension
