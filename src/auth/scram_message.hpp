#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/gs2.hpp"

/// The messages of a SCRAM client (RFC 5802 §7). Views point into the message.
namespace quoth::auth {

/// A longer one of the client's is malformed, so that a challenge with it fits into a line.
inline constexpr std::size_t max_nonce_bytes = 1024;

/// client-first-message.
struct ScramFirst {
  Gs2Header header;
  std::string_view bare;  ///< All behind the header.
  std::string user;       ///< Not yet prepared.
  std::string_view nonce;
};

[[nodiscard]] std::optional<ScramFirst> parse_scram_first(std::string_view text);

/// client-final-message.
struct ScramFinal {
  std::string channel_binding;  ///< Decoded: the header again, and the octets of the channel.
  std::string_view nonce;
  std::string_view without_proof;  ///< All before the comma of the proof.
  std::string proof;               ///< Decoded; as long as a digest of the hash.
};

[[nodiscard]] std::optional<ScramFinal> parse_scram_final(std::string_view text, ScramHash hash);

}  // namespace quoth::auth
