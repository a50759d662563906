#include "net/tls_client.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/err.h>

#include "net/tls_certificate.hpp"
#include "net/tls_client_state.hpp"
#include "net/tls_error.hpp"
#include "net/tls_session.hpp"

namespace quoth::net {
namespace {

void expect(bool has_worked, const std::string& what) {
  if (!has_worked) throw std::runtime_error{what + ": " + take_tls_error_text()};
}

int number_of(TlsVersion version) noexcept {
  switch (version) {
    case TlsVersion::tls1_0: return TLS1_VERSION;
    case TlsVersion::tls1_1: return TLS1_1_VERSION;
    case TlsVersion::tls1_2: return TLS1_2_VERSION;
    default: return TLS1_3_VERSION;
  }
}

void set_versions(SSL_CTX* context, const TlsClientOptions& options) {
  const bool is_old = options.min_version < TlsVersion::tls1_2;
  SSL_CTX_set_security_level(context, is_old ? 0 : 1);
  expect(SSL_CTX_set_min_proto_version(context, number_of(options.min_version)) == 1,
         "min_version");
  expect(SSL_CTX_set_max_proto_version(context, number_of(options.max_version)) == 1,
         "max_version");
  const std::string ciphers = !options.ciphers.empty() ? options.ciphers
                              : is_old                 ? "ALL:@SECLEVEL=0"
                                                       : "";
  if (!ciphers.empty()) {
    expect(SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1, "ciphers");
  }
}

void set_trust(SSL_CTX* context, const TlsClientOptions& options) {
  if (!options.is_verified) return;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.authorities.empty()) {
    expect(SSL_CTX_set_default_verify_paths(context) == 1, "the system's authorities");
  } else {
    expect(SSL_CTX_load_verify_file(context, options.authorities.c_str()) == 1,
           options.authorities);
  }
}

/// Comes with the handshake in TLS 1.2, with what is read later in TLS 1.3.
int keep_session(SSL* ssl, SSL_SESSION* session) noexcept {
  const TlsSession& connection = TlsSession::of(ssl);
  try {
    connection.client().sessions[connection.server_name()].reset(session);
    return 1;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

error_code set_expected_name(SSL* ssl, const std::string& name) {
  // OpenSSL takes no name for any name.
  if (name.empty()) return certificate_error(X509_V_ERR_HOSTNAME_MISMATCH);
  X509_VERIFY_PARAM* const parameters = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return {};
  ERR_clear_error();
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, name.c_str()) == 1 ? error_code{} : take_tls_error();
}

/// SSL_set_tlsext_host_name is a macro with a cast of C.
bool ask_for(SSL* ssl, std::string name) noexcept {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

bool is_address(const std::string& name) noexcept {
  return name.find_first_not_of("0123456789.") == std::string::npos ||
         name.find(':') != std::string::npos;
}

}  // namespace

TlsClient::TlsClient(const TlsClientOptions& options) : state_{std::make_shared<TlsClientState>()} {
  ERR_clear_error();
  state_->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = state_->context.get();
  expect(context != nullptr, "TLS");
  state_->is_verified = options.is_verified;
  state_->is_resuming = options.is_resuming;
  set_versions(context, options);
  set_trust(context, options);
  if (!options.certificate.certificate.empty()) load_certificate(context, options.certificate);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  if (options.is_resuming) SSL_CTX_sess_set_new_cb(context, keep_session);
  ERR_clear_error();
}

TlsClient::~TlsClient() = default;

bool TlsClient::has_session(const std::string& server_name) const {
  return state_->sessions.contains(server_name);
}

void TlsClient::forget_sessions() noexcept { state_->sessions.clear(); }

error_code prepare(SSL* ssl, TlsClientState& client, const std::string& server_name) {
  ERR_clear_error();
  // RFC 6066 §3: an address is no name to ask for.
  const bool is_named = !server_name.empty() && !is_address(server_name);
  if (is_named && !ask_for(ssl, server_name)) return take_tls_error();
  if (client.is_verified) {
    const error_code failed = set_expected_name(ssl, server_name);
    if (failed) return failed;
  }
  const auto last = client.sessions.find(server_name);
  if (!client.is_resuming || last == client.sessions.end()) return {};
  SSL_set_session(ssl, last->second.get());
  // RFC 8446 Appendix C.4: a ticket is used once; the server sends another.
  const int version = SSL_SESSION_get_protocol_version(last->second.get());
  if (version >= TLS1_3_VERSION) client.sessions.erase(last);
  return {};
}

void keep_renewed_session(SSL* ssl, TlsClientState& client, const std::string& server_name) {
  if (!client.is_resuming || SSL_session_reused(ssl) == 0) return;
  if (SSL_version(ssl) >= TLS1_3_VERSION) return;
  client.sessions[server_name].reset(SSL_get1_session(ssl));
}

}  // namespace quoth::net
