#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"
#include "auth/scram_message.hpp"

namespace quoth::auth {

/// Whether a SCRAM mechanism is bound to its TLS connection.
enum class Binding : std::uint8_t {
  none,
  required,  ///< Its name ends in "-PLUS".
};

/// Salted challenge and response (RFC 5802, RFC 7677): the client proves that it has the password,
/// and we prove that we have its keys; neither shows what it has.
///
/// Whom nobody knows goes the same way to its end, with a salt that is his own and always the same.
class Scram final : public Exchange {
 public:
  /// `server_nonce`: printable and without commas, what we append to the client's.
  Scram(ScramHash hash, Binding binding, ExchangeFacts facts, std::string server_nonce);

 protected:
  Step take(std::string_view message) override;
  Step judge(Verdict verdict) override;

 private:
  enum class State : std::uint8_t { first, last, end };

  Step take_first(std::string_view message);
  Step take_final(std::string_view message);
  /// The octets of the channel that the client's header speaks of, empty without binding; none if
  /// client and server do not agree on it.
  [[nodiscard]] std::optional<std::string_view> channel_of(const Gs2Header& header) const;
  [[nodiscard]] ScramKeys keys_of_nobody() const;
  [[nodiscard]] bool is_proven(const ScramFinal& message, std::string_view auth_message) const;

  ScramHash hash_;
  Binding binding_;
  ExchangeFacts facts_;
  State state_ = State::first;
  Success success_;
  std::string nonce_;            // ours; from the first message on, the client's before it
  std::string channel_binding_;  // what "c=" has to be
  std::string first_messages_;   // the client's, and ours: the beginning of AuthMessage
  ScramKeys keys_;
  bool is_known_ = false;
};

}  // namespace quoth::auth
