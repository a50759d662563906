#pragma once

#include <string>
#include <unordered_map>

#include <quoth/result.hpp>

#include "net/tls_openssl.hpp"

namespace quoth::net {

/// What the connections of a TlsClient share. One thread.
struct TlsClientState {
  SslContextPtr context;
  bool is_verified = true;
  bool is_resuming = false;
  std::unordered_map<std::string, SslSessionPtr> sessions{};  ///< The last one, by server name.
};

/// Makes `ssl` ask for `server_name`, check it, and resume the last session with it, as the client
/// wishes.
[[nodiscard]] error_code prepare(SSL* ssl, TlsClientState& client, const std::string& server_name);

/// OpenSSL does not tell of a ticket that TLS 1.2 renews while it resumes: to be called after the
/// handshake.
void keep_renewed_session(SSL* ssl, TlsClientState& client, const std::string& server_name);

}  // namespace quoth::net
