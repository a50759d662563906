#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <quoth/tls.hpp>

namespace quoth::net {

/// Versions of TLS, oldest first. What is below 1.2 is for tests of servers (RFC 8996).
enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };

/// How a client does TLS.
struct TlsClientOptions {
  bool is_verified = true;  ///< The server's chain and name; its name is not checked without.
  /// A PEM file of the authorities that are trusted. Empty: those of the system.
  std::string authorities{};
  TlsVersion min_version = TlsVersion::tls1_2;
  TlsVersion max_version = TlsVersion::tls1_3;
  std::string ciphers{};  ///< For TLS 1.2 and older, as OpenSSL writes them. Empty: its default.
  CertificateFiles certificate{};  ///< Shown to servers that ask for one. Empty: none.
  bool is_resuming = false;        ///< Goes on with the last session of the same server name.
};

struct TlsClientState;

/// What the TLS connections of a client share. One thread.
class TlsClient {
 public:
  /// Blocks. @throws std::runtime_error naming the option or file and what is wrong with it.
  explicit TlsClient(const TlsClientOptions& options);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

  /// Whether the next connection to `server_name` would try to resume a session.
  [[nodiscard]] bool has_session(const std::string& server_name) const;
  void forget_sessions() noexcept;

  /// For Stream.
  [[nodiscard]] const std::shared_ptr<TlsClientState>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<TlsClientState> state_;  // connections may outlive us
};

}  // namespace quoth::net
