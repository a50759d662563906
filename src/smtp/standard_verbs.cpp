#include <string>
#include <string_view>
#include <utility>

#include "mail/path.hpp"
#include "smtp/grammar.hpp"
#include "smtp/standard.hpp"

// RFC 5321's verbs, one definition each: the protocol's own part of them. What they do by default
// is the session's.

namespace quoth::smtp {
namespace {

Parsed helo_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  // RFC 5321 §4.1.1.1: a domain or an address literal, and nothing behind it (§4.1.1.11: 555 for
  // parameters is MAIL's and RCPT's).
  if (!mail::is_helo_name(argument)) {
    return Reply{code::arg_syntax_error, "5.5.4 that is no host name or address literal"};
  }
  return Arguments{HelloArguments{std::string{argument}}};
}

}  // namespace

void define_standard_verbs(Dialect& dialect) {
  dialect.define(Verb{.name = "HELO",
                      .syntax = "HELO hostname",
                      .argument = ArgumentRule::required,
                      .effect = Effect::greet,
                      .grammar = helo_grammar});
  dialect.define(Verb{.name = "EHLO",
                      .syntax = "EHLO hostname",
                      .argument = ArgumentRule::required,
                      .effect = Effect::greet,
                      .grammar = helo_grammar});
  dialect.define(Verb{.name = "MAIL",
                      .syntax = "MAIL FROM:<reverse-path> [parameters]",
                      .argument = ArgumentRule::required,
                      .allowed = {State::greeted},
                      .effect = Effect::begin_transaction,
                      .grammar = mail_grammar});
  dialect.define(Verb{.name = "RCPT",
                      .syntax = "RCPT TO:<forward-path> [parameters]",
                      .argument = ArgumentRule::required,
                      .allowed = {State::mail, State::rcpt},
                      .effect = Effect::add_recipient,
                      .grammar = rcpt_grammar});
  dialect.define(Verb{.name = "DATA",
                      .syntax = "DATA",
                      .argument = ArgumentRule::none,
                      .allowed = {State::rcpt},
                      .effect = Effect::begin_body});
  dialect.define(Verb{
      .name = "RSET", .syntax = "RSET", .argument = ArgumentRule::none, .effect = Effect::reset});
  dialect.define(Verb{.name = "NOOP", .syntax = "NOOP [string]"});  // RFC 5321 §4.1.1.9
  dialect.define(Verb{
      .name = "QUIT",
      .syntax = "QUIT",
      .argument = ArgumentRule::none,
      .allowed = {State::connected, State::greeted, State::mail, State::rcpt, State::refused}});
  dialect.define(Verb{.name = "HELP", .syntax = "HELP [verb]", .ehlo_line = "HELP"});
  dialect.define(Verb{.name = "VRFY",
                      .syntax = "VRFY mailbox",
                      .argument = ArgumentRule::required,
                      .ehlo_line = "VRFY"});
  dialect.define(Verb{.name = "EXPN", .syntax = "EXPN list", .argument = ArgumentRule::required});
}

}  // namespace quoth::smtp
