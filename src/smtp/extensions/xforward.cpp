#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/smtp/extensions.hpp>

#include "smtp/extensions/attributes.hpp"

namespace quoth::smtp::extension {
namespace {

using attribute::Attribute;

constexpr std::array<std::string_view, 7> known{"NAME", "ADDR",  "PORT",  "PROTO",
                                                "HELO", "IDENT", "SOURCE"};
constexpr std::array<std::string_view, 2> sources{"LOCAL", "REMOTE"};

/// Whether the value can be. What is for the log alone may be any text.
bool take(Attribute& given, XforwardArguments& to) {
  const std::string_view name = given.name;
  if (name == "NAME") return (to.name = attribute::host_name(given.value)).has_value();
  if (name == "ADDR") return (to.address = attribute::address(given.value)).has_value();
  if (name == "PORT") return (to.port = attribute::port(given.value)).has_value();
  if (name == "SOURCE") return (to.source = attribute::word(given.value, sources)).has_value();
  if (name == "PROTO") to.protocol = std::move(given.value);
  if (name == "HELO") to.helo = std::move(given.value);
  if (name == "IDENT") to.ident = std::move(given.value);
  return true;
}

Parsed xforward_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  std::variant<std::vector<Attribute>, Reply> read = attribute::read(argument, known);
  if (auto* problem = std::get_if<Reply>(&read)) return std::move(*problem);
  XforwardArguments result;
  for (Attribute& given : std::get<std::vector<Attribute>>(read)) {
    if (!take(given, result)) return attribute::wrong(given);
  }
  return Arguments{std::move(result)};
}

}  // namespace

Extension xforward() {
  // It is about the next message: there may be none under way.
  return {.keyword = "XFORWARD",
          .ehlo_value = [](const Limits&) { return attribute::join(known); },
          .verbs = {{.name = "XFORWARD",
                     .syntax = "XFORWARD NAME=value [NAME=value]",
                     .argument = ArgumentRule::required,
                     .allowed = {State::connected, State::greeted},
                     .is_junk = true,
                     .grammar = xforward_grammar}},
          .is_listed = false};
}

}  // namespace quoth::smtp::extension
