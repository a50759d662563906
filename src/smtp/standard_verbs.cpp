#include <string>
#include <string_view>

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

void define_hello(Dialect& dialect, const char* name) {
  dialect.define(Verb{.name = name,
                      .syntax = std::string{name} + " hostname",
                      .argument = ArgumentRule::required,
                      .effect = Effect::greet,
                      .ends_group = true,
                      .is_junk = true,
                      // RFC 3207 §4 names EHLO, which tells of STARTTLS, and not HELO.
                      .before_tls = std::string_view{name} != "HELO",
                      .before_auth = true,
                      .grammar = helo_grammar});
}

void define_transaction(Dialect& dialect) {
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
}

}  // namespace

void define_standard_verbs(Dialect& dialect) {
  if (dialect.protocol() == Protocol::lmtp) {
    define_hello(dialect, "LHLO");  // RFC 2033 §4.1: in the place of the other two
  } else {
    define_hello(dialect, "HELO");
    define_hello(dialect, "EHLO");
  }
  define_transaction(dialect);
  dialect.define(Verb{.name = "RSET",
                      .syntax = "RSET",
                      .argument = ArgumentRule::none,
                      .effect = Effect::reset,
                      .is_junk = true,
                      .before_auth = true});
  // RFC 5321 §4.1.1.9: whatever stands behind it.
  dialect.define(Verb{.name = "NOOP",
                      .syntax = "NOOP [string]",
                      .is_junk = true,
                      .before_tls = true,
                      .before_auth = true});
  dialect.define(Verb{.name = "QUIT",
                      .syntax = "QUIT",
                      .argument = ArgumentRule::none,
                      .allowed = {State::connected, State::greeted, State::mail, State::rcpt,
                                  State::chunks, State::refused},
                      .before_tls = true,
                      .before_auth = true});
  dialect.define(Verb{.name = "HELP",
                      .syntax = "HELP [verb]",
                      .ehlo_line = "HELP",
                      .is_junk = true,
                      .before_auth = true});
  dialect.define(Verb{.name = "VRFY",
                      .syntax = "VRFY mailbox",
                      .argument = ArgumentRule::required,
                      .ehlo_line = "VRFY",
                      .is_junk = true});
  dialect.define(Verb{
      .name = "EXPN", .syntax = "EXPN list", .argument = ArgumentRule::required, .is_junk = true});
}

}  // namespace quoth::smtp
