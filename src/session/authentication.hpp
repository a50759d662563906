#pragma once

#include <memory>
#include <optional>
#include <string>

#include <quoth/server_options.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/envelope.hpp>
#include <quoth/smtp/reply.hpp>

#include "auth/mechanism.hpp"

namespace quoth::session {

struct Surroundings;

/// One AUTH of a client, from its command to the reply that ends it. Holds secrets, which are wiped
/// with it.
struct Authentication {
  Authentication(const auth::Mechanism& m, std::unique_ptr<auth::Exchange> e) noexcept
      : mechanism{&m}, exchange{std::move(e)} {}
  Authentication(const Authentication&) = delete;
  Authentication& operator=(const Authentication&) = delete;
  ~Authentication();

  const auth::Mechanism* mechanism;
  std::unique_ptr<auth::Exchange> exchange;
  std::optional<std::string> response{};  ///< The next one of the client; at first the initial one.
  bool has_begun = false;
  std::string tried{};                   ///< The name that the client used.
  std::string user{};                    ///< Who it is if the exchange succeeds.
  std::optional<smtp::Reply> refusal{};  ///< What a handler said; the client learns it at the end.
  std::optional<smtp::Reply> broken_off{};  ///< What the client sent in a response's place gets.
};

/// Begins the exchange in `around.authentication`.
/// @returns 334, or what speaks against it.
[[nodiscard]] smtp::Reply begin_authentication(const Surroundings& around,
                                               smtp::AuthArguments& arguments);

/// Appends the line of EHLO that lists the mechanisms which are of use in this session (RFC 4954
/// §4.1), with "\n" before it; nothing if there are none.
void append_auth_line(const AuthOptions& options, const Session& session, std::string& text);

}  // namespace quoth::session
