#include "auth/scram.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/assert.hpp>
#include <quoth/auth.hpp>

#include "auth/gs2.hpp"
#include "auth/makers.hpp"
#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "auth/scram_keys.hpp"
#include "auth/scram_message.hpp"
#include "core/base64.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

namespace quoth::auth {
namespace {

constexpr std::size_t min_nonce_bytes = 18;

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string result{a};
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] =
        static_cast<char>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return result;
}

std::unique_ptr<Exchange> make(ScramHash hash, Binding binding, const ExchangeFacts& facts) {
  QUOTH_ASSERT(facts.nonce.size() >= min_nonce_bytes && !facts.secret.empty());
  std::string nonce = encode_base64(facts.nonce);
  return std::make_unique<Scram>(hash, binding, facts, std::move(nonce));
}

}  // namespace

Scram::Scram(ScramHash hash, Binding binding, ExchangeFacts facts, std::string server_nonce)
    : hash_{hash}, binding_{binding}, facts_{std::move(facts)}, nonce_{std::move(server_nonce)} {}

Step Scram::take(std::string_view message) {
  switch (state_) {
    case State::first: return take_first(message);
    case State::last: return take_final(message);
    case State::end: break;
  }
  // SMTP has no room for data beside its success, so our last message was a challenge, and the
  // client has nothing to answer (RFC 4422 §5, RFC 4954 §4).
  if (!message.empty()) return malformed_message;
  return std::move(success_);
}

std::optional<std::string_view> Scram::channel_of(const Gs2Header& header) const {
  if (binding_ == Binding::none) {
    // A client that would bind, and has not been offered it by us who did, was lied to by somebody
    // in between (RFC 5802 §6).
    const bool was_lied_to = header.flag == 'y' && facts_.offers_binding;
    if (header.flag == 'p' || was_lied_to) return std::nullopt;
    return std::string_view{};
  }
  if (header.flag != 'p') return std::nullopt;
  const std::optional<std::string>* channel = nullptr;
  if (header.binding_type == "tls-exporter") channel = &facts_.bindings.exporter;  // RFC 9266 §2
  if (header.binding_type == "tls-server-end-point") {                             // RFC 5929 §4
    channel = &facts_.bindings.server_end_point;
  }
  if (channel == nullptr || !*channel || (*channel)->empty()) return std::nullopt;
  return **channel;
}

Step Scram::take_first(std::string_view message) {
  std::optional<ScramFirst> first = parse_scram_first(message);
  if (!first) return malformed_message;
  const std::optional<std::string_view> channel = channel_of(first->header);
  if (!channel) return refusal;
  std::optional<std::string> user = prepare(first->user);
  std::optional<std::string> authorization = prepare_authorization(first->header.authorization);
  if (!user || !authorization) return refusal;

  channel_binding_.append(first->header.text).append(*channel);
  nonce_.insert(0, first->nonce);
  first_messages_ = first->bare;
  success_ = {.user = *std::move(user), .authorization = *std::move(authorization)};
  return Question{.credentials = ScramUser{.user = success_.user, .hash = hash_},
                  .authorization = success_.authorization};
}

ScramKeys Scram::keys_of_nobody() const {
  const std::string_view name = hash_ == ScramHash::sha1 ? "SCRAM-SHA-1:" : "SCRAM-SHA-256:";
  const std::string salt =
      crypto::hmac(crypto::Hash::sha256, facts_.secret, std::string{name} + success_.user);
  const std::string key = crypto::hmac(crypto_hash(hash_), facts_.secret, salt);
  return {.salt = salt.substr(0, usual_salt_bytes),
          .iterations = usual_iterations,
          .stored_key = key,
          .server_key = key};
}

Step Scram::judge(Verdict verdict) {
  // Made for everybody, so that it takes the same time.
  keys_ = keys_of_nobody();
  if (verdict.is_accepted && verdict.keys && are_usable(*verdict.keys, hash_)) {
    keys_ = *std::move(verdict.keys);
    is_known_ = true;
  }
  std::string challenge =
      "r=" + nonce_ + ",s=" + encode_base64(keys_.salt) + ",i=" + std::to_string(keys_.iterations);
  first_messages_.append(1, ',').append(challenge);
  state_ = State::last;
  return Challenge{std::move(challenge)};
}

Step Scram::take_final(std::string_view message) {
  const std::optional<ScramFinal> final = parse_scram_final(message, hash_);
  if (!final) return malformed_message;
  const bool is_bound = crypto::equal_in_constant_time(final->channel_binding, channel_binding_);
  if (!is_bound || final->nonce != nonce_) return refusal;
  const std::string auth_message = first_messages_ + ',' + std::string{final->without_proof};
  const bool is_right = is_proven(*final, auth_message);
  const std::string signature = crypto::hmac(crypto_hash(hash_), keys_.server_key, auth_message);
  if (!is_right || !is_known_) return refusal;
  state_ = State::end;
  return Challenge{"v=" + encode_base64(signature)};
}

bool Scram::is_proven(const ScramFinal& message, std::string_view auth_message) const {
  const crypto::Hash hash = crypto_hash(hash_);
  // The proof is the client's key under its signature: whoever takes that off has the key, of which
  // we know the digest (RFC 5802 §3).
  const std::string signature = crypto::hmac(hash, keys_.stored_key, auth_message);
  std::string client_key = exclusive_or(message.proof, signature);
  const crypto::WipeAtEnd wiping{client_key};
  return crypto::equal_in_constant_time(crypto::digest(hash, client_key), keys_.stored_key);
}

std::unique_ptr<Exchange> make_scram_sha1(const ExchangeFacts& facts) {
  return make(ScramHash::sha1, Binding::none, facts);
}

std::unique_ptr<Exchange> make_scram_sha1_plus(const ExchangeFacts& facts) {
  return make(ScramHash::sha1, Binding::required, facts);
}

std::unique_ptr<Exchange> make_scram_sha256(const ExchangeFacts& facts) {
  return make(ScramHash::sha256, Binding::none, facts);
}

std::unique_ptr<Exchange> make_scram_sha256_plus(const ExchangeFacts& facts) {
  return make(ScramHash::sha256, Binding::required, facts);
}

}  // namespace quoth::auth
