#pragma once

#include <string>
#include <string_view>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// "SMTP", "SMTPS" or "LMTP".
[[nodiscard]] std::string_view protocol_word(const Listener& listener) noexcept;

/// "dev   STARTTLS (self-signed)   takes any user and password, relays nothing": what a listener
/// is there for, its TLS, who may log in and who may relay.
[[nodiscard]] std::string listener_words(const Config& config, const Listener& listener);

/// Whether somebody who is not on this machine can reach one of its addresses.
[[nodiscard]] bool is_reachable(const Listener& listener);

}  // namespace quoth::app
