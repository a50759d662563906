#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

using Kind = EtrnArguments::Kind;

/// A queue's name means what the server likes (RFC 1985 §5.3): it is one word of printable ASCII.
bool is_queue_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 255 &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// [option] node (RFC 1985 §5).
Parsed etrn_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  if (argument.starts_with('#')) {
    argument.remove_prefix(1);
    if (!is_queue_name(argument)) return wrong_value("that is no name of a queue");
    return Arguments{EtrnArguments{.kind = Kind::queue, .name = std::string{argument}}};
  }
  const Kind kind = argument.starts_with('@') ? Kind::domain : Kind::node;
  if (kind == Kind::domain) argument.remove_prefix(1);
  const bool is_ascii = std::ranges::none_of(argument, ascii::is_high);
  Result<std::string> name = mail::canonical_domain(argument);
  if (!is_ascii || !name) return wrong_value("that is no domain");
  return Arguments{EtrnArguments{.kind = kind, .name = *std::move(name)}};
}

}  // namespace

Extension etrn() {
  // RFC 1985 §5: at any time of a session outside of a transaction.
  return {.keyword = "ETRN",
          .verbs = {{.name = "ETRN",
                     .syntax = "ETRN [option]domain",
                     .argument = ArgumentRule::required,
                     .allowed = {State::greeted},
                     .is_junk = true,
                     .grammar = etrn_grammar}}};
}

}  // namespace quoth::smtp::extension
