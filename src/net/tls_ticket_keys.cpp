#include "net/tls_ticket_keys.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "net/tls_context.hpp"
#include "net/tls_session.hpp"

namespace quoth::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

void forget(std::optional<TicketKeys::Key>& key) noexcept {
  if (key) OPENSSL_cleanse(&*key, sizeof *key);
  key.reset();
}

template <std::size_t size>
bool make_random(std::array<unsigned char, size>& octets) noexcept {
  return RAND_bytes(octets.data(), static_cast<int>(size)) == 1;
}

std::optional<TicketKeys::Key> make_key(SteadyTime now) noexcept {
  TicketKeys::Key key;
  key.since = now;
  if (!make_random(key.name) || !make_random(key.cipher) || !make_random(key.mac)) return {};
  return key;
}

bool set_mac(EVP_MAC_CTX* mac, TicketKeys::Key& key) noexcept {
  std::string digest{"SHA256"};
  const std::array parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

// What OpenSSL's callback returns.
constexpr int is_sealed = 1;
constexpr int has_failed = -1;
constexpr int no_ticket = 0;  // not a failure: a full handshake, or a handshake without a ticket
constexpr int is_open = 1;
constexpr int is_open_and_old = 2;

int seal(TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  std::optional<TicketKeys::Key> key = keys.sealing();
  if (!key) return no_ticket;
  std::copy(key->name.begin(), key->name.end(), name);
  const bool is_ready =
      RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 &&
      EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv) == 1 &&
      set_mac(mac, *key);
  forget(key);
  return is_ready ? is_sealed : has_failed;
}

int open(TicketKeys& keys, const unsigned char* name, const unsigned char* iv,
         EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  std::optional<TicketKeys::Opening> opening = keys.opening(name);
  if (!opening) return no_ticket;
  const bool is_ready =
      set_mac(mac, opening->key) &&
      EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, opening->key.cipher.data(), iv) == 1;
  OPENSSL_cleanse(&opening->key, sizeof opening->key);
  if (!is_ready) return has_failed;
  return opening->is_old ? is_open_and_old : is_open;
}

}  // namespace

TicketKeys::TicketKeys(std::chrono::seconds lifetime, Now now)
    : lifetime_{lifetime}, now_{std::move(now)} {}

TicketKeys::~TicketKeys() {
  forget(current_);
  forget(last_);
}

/// Moves on to a new key if the current one has had its time.
void TicketKeys::turn() {
  const SteadyTime now = now_();
  if (current_ && now - current_->since < lifetime_) return;
  forget(last_);
  last_ = current_;
  forget(current_);
  // It seals until its lifetime is over, so what it has sealed last is as old as that afterwards.
  if (last_ && now - last_->since >= 2 * lifetime_) forget(last_);
  current_ = make_key(now);
}

std::optional<TicketKeys::Key> TicketKeys::sealing() {
  const std::lock_guard lock{mutex_};
  turn();
  return current_;
}

std::optional<TicketKeys::Opening> TicketKeys::opening(const unsigned char* name) {
  const std::lock_guard lock{mutex_};
  turn();
  const auto is_meant = [name](const std::optional<Key>& key) {
    return key && std::equal(key->name.begin(), key->name.end(), name);
  };
  if (is_meant(current_)) return Opening{*current_, false};
  const bool is_in_time = last_ && now_() - last_->since < 2 * lifetime_;
  if (is_in_time && is_meant(last_)) return Opening{*last_, true};
  return std::nullopt;
}

int seal_or_open_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int is_sealing) noexcept {
  TicketKeys& keys = TlsSession::of(ssl).contexts().ticket_keys();
  if (is_sealing != 0) return seal(keys, name, iv, cipher, mac);
  const int opened = open(keys, name, iv, cipher, mac);
  // RFC 8446 Appendix C.4: a ticket is used once, so each one that is used is followed by another.
  return opened == is_open && SSL_version(ssl) >= TLS1_3_VERSION ? is_open_and_old : opened;
}

}  // namespace quoth::net
