#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {

Extension start_tls() {
  // RFC 3207 §4: no parameters. RFC 2920 §3.1: the last of its group. No rule wants EHLO before it,
  // and there are clients that know without asking.
  return {.keyword = "STARTTLS",
          .verbs = {{.name = "STARTTLS",
                     .syntax = "STARTTLS",
                     .argument = ArgumentRule::none,
                     .allowed = any_time,
                     .effect = Effect::start_tls,
                     .ends_group = true,
                     .is_junk = true,
                     .before_tls = true,
                     .before_auth = true}}};
}

}  // namespace quoth::smtp::extension
