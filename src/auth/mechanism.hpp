#pragma once

#include <cstddef>
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
  std::string user;           ///< As in Credentials; empty for a Certificate.
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
  /// Fresh randomness for a nonce, any octets: at least 18 for SCRAM, none for the others.
  std::string nonce{};
  /// The same for all exchanges of a server, known to nobody else: what unknown users' salts are
  /// made of, so that they look like those of known ones. Not empty with SCRAM; outlives the
  /// exchange.
  std::string_view secret{};
};

/// A longer message than this is malformed: a line of the protocol has no room for it (RFC 4954
/// §4).
inline constexpr std::size_t max_message_bytes = 12288;

/// The server's side of one SASL exchange (RFC 4422), without I/O. One thread at a time.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// Begins. `initial`: the initial response, decoded; none: the client sent none with AUTH.
  [[nodiscard]] Step begin(std::optional<std::string_view> initial);
  /// The response to a Challenge, decoded.
  /// @pre A Challenge was the last step.
  [[nodiscard]] Step respond(std::string_view response);
  /// The answer to a Question.
  /// @pre A Question was the last step.
  [[nodiscard]] Step settle(Verdict verdict);

 protected:
  /// No initial response came. Where the client speaks first, an empty challenge asks it to (RFC
  /// 4954 §4).
  [[nodiscard]] virtual Step invite() { return Challenge{}; }
  /// A message of the client, its initial response or another one.
  [[nodiscard]] virtual Step take(std::string_view message) = 0;
  [[nodiscard]] virtual Step judge(Verdict verdict) = 0;

 private:
  enum class Turn : std::uint8_t { start, response, verdict, over };

  /// Notes what may come behind `step`.
  Step proceed(Step step);

  Turn turn_ = Turn::start;
};

/// What a mechanism wants of the connection before it may be offered.
struct Mechanism {
  std::string_view name;           ///< "SCRAM-SHA-256-PLUS".
  bool is_plain_text = false;      ///< Whoever listens has the password, or the token.
  bool needs_binding = false;      ///< A ChannelBindings that is not empty.
  bool needs_certificate = false;  ///< The client's, in its TLS handshake.
  std::unique_ptr<Exchange> (*make)(const ExchangeFacts& facts) = nullptr;
};

/// All that Quoth has, the strongest first.
[[nodiscard]] std::span<const Mechanism> mechanisms() noexcept;
/// By its name in any case (RFC 4422 §3.1); null if there is none.
[[nodiscard]] const Mechanism* find_mechanism(std::string_view name) noexcept;

}  // namespace quoth::auth
