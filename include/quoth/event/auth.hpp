#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/auth.hpp>
#include <quoth/event/chain_id.hpp>

namespace quoth {

class Session;

namespace event {

/// A client shows who it is (RFC 4954). A positive reply believes it, and Session::user() has the
/// name from then on; to a ScramUser it means that he is known, see use_keys(), and the proof is
/// still to come. Any other reply is the command's: 535 5.7.8 for what is wrong, 454 4.7.0 for what
/// cannot be said now; to a ScramUser a permanent one comes at the end, lest the client learns who
/// exists. Nobody answers: 535.
///
/// A handler must take as long for a user who does not exist as for a wrong password.
class Auth {
 public:
  static constexpr ChainId chain = ChainId::auth;
  static constexpr bool is_answerable = true;

  Session& session;
  std::string_view mechanism;            ///< "PLAIN".
  const auth::Credentials& credentials;  ///< Secret: not for any log.
  /// Whom the client wants to act as; empty, or the user's own name: as itself. Anybody else is
  /// refused unless the handler says log_in_as().
  std::string_view authorization;

  /// What the proof of a ScramUser is held against. Without it nobody knows him.
  void use_keys(auth::ScramKeys keys) { keys_ = std::move(keys); }

  /// Who the client is from now on, if it is not the name in the credentials: a certificate has
  /// none, and that of a token is what the client claims.
  void log_in_as(std::string user) { user_ = std::move(user); }

  // The session's side.
  Auth(Session& s, std::string_view name, const auth::Credentials& c, std::string_view a) noexcept
      : session{s}, mechanism{name}, credentials{c}, authorization{a} {}
  [[nodiscard]] std::optional<auth::ScramKeys> take_keys() noexcept { return std::move(keys_); }
  [[nodiscard]] const std::string& user() const noexcept { return user_; }

 private:
  std::optional<auth::ScramKeys> keys_;
  std::string user_;
};

/// A client has proved who it is, by whatever mechanism: Session::user() and auth_mechanism() have
/// it. Comes before the reply 235 goes out.
struct LoggedIn {
  static constexpr ChainId chain = ChainId::logged_in;
  static constexpr bool is_answerable = false;
  Session& session;
};

}  // namespace event
}  // namespace quoth
