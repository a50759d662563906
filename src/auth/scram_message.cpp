#include "auth/scram_message.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/auth.hpp>

#include "auth/gs2.hpp"
#include "auth/scram_keys.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "crypto/hash.hpp"

namespace quoth::auth {
namespace {

/// "n=…" without "n="; none if it is another attribute, or empty.
std::optional<std::string_view> value_of(char name, std::string_view attribute) noexcept {
  const bool is_it = attribute.size() > 2 && attribute[0] == name && attribute[1] == '=';
  return is_it ? std::optional{attribute.substr(2)} : std::nullopt;
}

/// c-nonce: printable, without a comma.
bool is_nonce(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

/// An attribute that nobody has to know. Those of SCRAM itself have their places, and "m" says that
/// what follows must not be passed over, which has to fail (RFC 5802 §5.1).
bool is_extension(std::string_view attribute) noexcept {
  constexpr std::string_view known = "aceimnprsv";
  return attribute.size() > 2 && ascii::is_alpha(attribute[0]) && attribute[1] == '=' &&
         known.find(attribute[0]) == std::string_view::npos &&
         attribute.find('\0') == std::string_view::npos;
}

/// The nonce and the extensions behind it, if there are any: the end of a message.
std::optional<std::string_view> parse_nonce(std::string_view text) noexcept {
  const std::string_view attribute = text.substr(0, text.find(','));
  const std::optional<std::string_view> nonce = value_of('r', attribute);
  if (!nonce || !is_nonce(*nonce)) return std::nullopt;
  while (text.find(',') != std::string_view::npos) {
    text.remove_prefix(text.find(',') + 1);
    if (!is_extension(text.substr(0, text.find(',')))) return std::nullopt;
  }
  return nonce;
}

}  // namespace

std::optional<ScramFirst> parse_scram_first(std::string_view text) {
  std::optional<Gs2Header> header = take_gs2_header(text);
  if (!header) return std::nullopt;
  const std::string_view bare = text;
  const std::optional<std::string_view> attribute = take_field(text);
  if (!attribute) return std::nullopt;
  const std::optional<std::string_view> user = value_of('n', *attribute);
  if (!user) return std::nullopt;
  std::optional<std::string> name = decode_saslname(*user);
  const std::optional<std::string_view> nonce = parse_nonce(text);
  if (!name || !nonce || nonce->size() > max_nonce_bytes) return std::nullopt;
  return ScramFirst{
      .header = *std::move(header), .bare = bare, .user = *std::move(name), .nonce = *nonce};
}

std::optional<ScramFinal> parse_scram_final(std::string_view text, ScramHash hash) {
  const std::size_t comma = text.rfind(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::optional<std::string_view> proof_text = value_of('p', text.substr(comma + 1));
  // The proof first: if it is too long or too short, nothing else is looked at.
  const std::size_t proof_bytes = crypto::digest_bytes(crypto_hash(hash));
  if (!proof_text || proof_text->size() != (proof_bytes + 2) / 3 * 4) return std::nullopt;
  std::optional<std::string> proof = decode_base64(*proof_text);
  if (!proof || proof->size() != proof_bytes) return std::nullopt;

  text = text.substr(0, comma);
  const std::string_view without_proof = text;
  const std::optional<std::string_view> attribute = take_field(text);
  if (!attribute) return std::nullopt;
  const std::optional<std::string_view> binding = value_of('c', *attribute);
  if (!binding) return std::nullopt;
  std::optional<std::string> channel_binding = decode_base64(*binding);
  const std::optional<std::string_view> nonce = parse_nonce(text);
  if (!channel_binding || !nonce) return std::nullopt;
  return ScramFinal{.channel_binding = *std::move(channel_binding),
                    .nonce = *nonce,
                    .without_proof = without_proof,
                    .proof = *std::move(proof)};
}

}  // namespace quoth::auth
