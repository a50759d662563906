#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/auth.hpp>

namespace quoth::auth {

/// To the client; its response comes next. Octets: the caller encodes them in Base64.
struct Challenge {
  std::string text;
};

/// Who knows the users is to say: settle() comes next.
struct Question {
  Credentials credentials;
  std::string authorization;  ///< Whom the client wants to act as; empty: whoever it is.
};

/// The client is who it says.
struct Success {
  std::string user;
  std::string authorization;  ///< As in Question.
};

/// It ends here.
struct Failure {
  enum class Why : std::uint8_t {
    malformed,  ///< That was no message of the mechanism: 501 5.5.2.
    refused,    ///< Wrong user, password, proof, token or channel: 535 5.7.8.
  };
  Why why = Why::refused;
};

using Step = std::variant<Challenge, Question, Success, Failure>;

/// What the answer to a Question is.
struct Verdict {
  bool is_accepted = false;
  /// Of the ScramUser asked for. None: nobody knows him, which the client learns at the end only.
  std::optional<ScramKeys> keys{};
};

/// What the client and we have in common, and nobody between us (RFC 5056): octets, or none where
/// the connection has none of that type.
struct ChannelBindings {
  std::optional<std::string> exporter{};          ///< "tls-exporter" (RFC 9266).
  std::optional<std::string> server_end_point{};  ///< "tls-server-end-point" (RFC 5929 §4).
};

/// What an exchange needs from outside of it.
struct ExchangeFacts {
  ChannelBindings bindings{};
  /// Whether a -PLUS mechanism was advertised, so that a client which believes it was not has been
  /// lied to (RFC 5802 §6).
  bool offers_binding = false;
  /// Fresh randomness for a nonce: at least 18 octets.
  std::string nonce{};
  /// The same for all exchanges of a server, known to nobody else: what unknown users' salts are
  /// made of, so that they look like those of known ones.
  std::string_view secret{};
};

/// The server's side of one SASL exchange (RFC 4422), without I/O. One thread at a time.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// Begins. `initial`: the initial response, decoded; none: the client sent none with AUTH.
  [[nodiscard]] virtual Step begin(std::optional<std::string_view> initial) = 0;
  /// The response to a Challenge, decoded.
  [[nodiscard]] virtual Step respond(std::string_view response) = 0;
  /// The answer to a Question.
  [[nodiscard]] virtual Step settle(Verdict verdict) = 0;
};

/// What a mechanism wants of the connection before it may be offered.
struct Mechanism {
  std::string_view name;           ///< "SCRAM-SHA-256-PLUS".
  bool is_plain_text = false;      ///< Whoever listens has the password, or the token.
  bool needs_binding = false;      ///< A ChannelBindings that is not empty.
  bool needs_certificate = false;  ///< The client's, in its TLS handshake.
  std::unique_ptr<Exchange> (*make)(ExchangeFacts facts) = nullptr;
};

/// All that Quoth has, the strongest first.
[[nodiscard]] std::span<const Mechanism> mechanisms() noexcept;
/// By its name in any case (RFC 4422 §3.1); null if there is none.
[[nodiscard]] const Mechanism* find_mechanism(std::string_view name) noexcept;

}  // namespace quoth::auth
