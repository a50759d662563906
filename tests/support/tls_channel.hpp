#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include <quoth/tls.hpp>

namespace quoth::support {

/// TLS on a blocking socket, straight from OpenSSL: it shares no code with the server. Believes any
/// certificate. Throws std::runtime_error where something fails.
class TlsChannel {
 public:
  /// Makes the handshake. `fd` is borrowed. `certificate`: shown to a server that asks; empty:
  /// none.
  explicit TlsChannel(int fd, const CertificateFiles& certificate = {});
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;
  ~TlsChannel() = default;

  /// @returns how many octets came; none: the connection has ended.
  [[nodiscard]] std::optional<std::size_t> read(std::span<char> room);
  void write(std::string_view octets);
  /// Whether something is decrypted already that was not read.
  [[nodiscard]] bool has_input() const;
  /// What "tls-exporter" binds to (RFC 9266 §2).
  [[nodiscard]] std::string exporter() const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace quoth::support
