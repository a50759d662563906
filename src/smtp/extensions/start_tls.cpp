#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {

Extension start_tls() {
  // RFC 3207 §4: no parameters. RFC 2920 §3.1: the last of its group.
  return {.keyword = "STARTTLS",
          .verbs = {{.name = "STARTTLS",
                     .syntax = "STARTTLS",
                     .argument = ArgumentRule::none,
                     .allowed = {State::greeted, State::mail, State::rcpt, State::chunks},
                     .effect = Effect::start_tls,
                     .ends_group = true,
                     .is_junk = true,
                     .before_tls = true,
                     .before_auth = true}}};
}

}  // namespace quoth::smtp::extension
