#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "net/tls_openssl.hpp"

namespace quoth::net {

/// The keys that session tickets are sealed with (RFC 5077 §4, RFC 8446 §4.6.1). One seals for its
/// lifetime, then opens for as long again, then it is forgotten: whoever gets hold of our memory
/// reads no older connections. Any thread.
class TicketKeys {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  struct Key {
    std::array<unsigned char, 16> name{};
    std::array<unsigned char, 32> cipher{};  ///< AES-256-CBC.
    std::array<unsigned char, 32> mac{};     ///< HMAC-SHA256.
    std::chrono::steady_clock::time_point since{};
  };

  TicketKeys(std::chrono::seconds lifetime, Now now);
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;
  ~TicketKeys();

  /// The key that seals now; none if there is no randomness.
  [[nodiscard]] std::optional<Key> sealing();

  struct Opening {
    Key key;
    bool is_old = false;  ///< The client is to get a new ticket.
  };
  /// The key of a ticket that came; none: the client makes a full handshake.
  [[nodiscard]] std::optional<Opening> opening(const unsigned char* name);

  [[nodiscard]] std::chrono::seconds lifetime() const noexcept { return lifetime_; }

 private:
  void turn();

  const std::chrono::seconds lifetime_;
  const Now now_;
  std::mutex mutex_;
  std::optional<Key> current_;
  std::optional<Key> last_;
};

/// What SSL_CTX_set_tlsext_ticket_key_evp_cb takes. The SSL is of a TlsSession.
int seal_or_open_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int is_sealing) noexcept;

}  // namespace quoth::net
