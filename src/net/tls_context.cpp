#include "net/tls_context.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/err.h>

#include "net/tls_certificate.hpp"
#include "net/tls_error.hpp"
#include "net/tls_facts.hpp"
#include "net/tls_session.hpp"

namespace quoth::net {
namespace {

// RFC 9325 §4.2: ephemeral keys and authenticated encryption, nothing else.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* groups = "X25519:P-256:P-384";

// What a client that nobody knows yet can make us keep of its chain.
constexpr long max_chain_octets = 32L * 1024;

// RFC 8446 §4.6.1: a ticket lives for seven days at most.
constexpr std::chrono::seconds max_ticket_time = std::chrono::hours{7 * 24};

void expect(bool has_worked, const char* what) {
  if (!has_worked) throw std::runtime_error{std::string{what} + ": " + take_tls_error_text()};
}

int choose_certificate(SSL* ssl, int* /*alert*/, void* /*unused*/) noexcept {
  const char* const asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (asked == nullptr) return SSL_TLSEXT_ERR_NOACK;
  TlsSession& session = TlsSession::of(ssl);
  try {
    session.note_server_name(normal_host_name(asked));
    SSL_CTX* const context = session.contexts().find(session.server_name());
    if (context == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_SSL_CTX(ssl, context);
    return SSL_TLSEXT_ERR_OK;
  } catch (const std::bad_alloc&) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
}

/// The certificate goes into the ticket as its hash, for tls-server-end-point (RFC 5929 §4) of
/// connections that resume this one.
int note_certificate(SSL* ssl, void* /*unused*/) noexcept {
  if (SSL_session_reused(ssl) != 0) return 1;
  X509* const certificate = SSL_get_certificate(ssl);
  if (certificate == nullptr) return 1;
  try {
    const std::optional<std::string> hash = end_point_hash(certificate);
    if (hash) SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), hash->data(), hash->size());
    return 1;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

/// Lets clients in whose certificate nobody signed that we trust; PeerCertificate tells them apart.
int let_in(int /*is_trusted*/, X509_STORE_CTX* /*context*/) noexcept { return 1; }

void set_rules(SSL_CTX* context) {
  // RFC 9325 §3.1.1: TLS 1.2 and 1.3, nothing older.
  expect(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1, "TLS 1.2");
  SSL_CTX_set_max_proto_version(context, 0);
  SSL_CTX_set_security_level(context, 2);
  expect(SSL_CTX_set_cipher_list(context, ciphers) == 1, "ciphers");
  expect(SSL_CTX_set1_groups_list(context, groups) == 1, "groups");
  // A peer that ends without close_notify has ended all the same: SMTP marks the end of all that
  // matters itself.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // Records come by one system call, and not by two each.
  SSL_CTX_set_read_ahead(context, 1);
  // A call ends behind a record without text: TlsSession::repeat() knows when to stop.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
}

void set_tickets(SSL_CTX* context, std::chrono::seconds key_lifetime) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_timeout(context, std::min(2 * key_lifetime, max_ticket_time).count());
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open_ticket);
  expect(SSL_CTX_set_session_ticket_cb(context, note_certificate, nullptr, nullptr) == 1,
         "session tickets");
}

void set_client_certificates(SSL_CTX* context, const TlsOptions& options) {
  if (options.client_certificates == ClientCertificates::ignore) return;
  SSL_CTX_set_max_cert_list(context, max_chain_octets);
  const bool is_required = options.client_certificates == ClientCertificates::require;
  if (!options.client_authorities.empty()) {
    const char* const file = options.client_authorities.c_str();
    const std::string advice = options.client_authorities +
                               ": cannot be used as the authorities of clients. It has to hold "
                               "their certificates in PEM";
    expect(SSL_CTX_load_verify_file(context, file) == 1, advice.c_str());
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(file);
    expect(names != nullptr, advice.c_str());
    SSL_CTX_set_client_CA_list(context, names);
  }
  if (is_required) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, let_in);
  }
}

SslContextPtr make_context(const TlsOptions& options) {
  ERR_clear_error();
  SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  expect(context != nullptr, "TLS");
  set_rules(context.get());
  set_tickets(context.get(), options.ticket_key_lifetime);
  set_client_certificates(context.get(), options);
  // The macro around it has a cast of C.
  SSL_CTX_callback_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(choose_certificate));
  return context;
}

}  // namespace

TlsContexts::TlsContexts(const TlsOptions& options, std::string_view hostname,
                         std::shared_ptr<TicketKeys> ticket_keys)
    : ticket_keys_{std::move(ticket_keys)} {
  const bool is_open_to_none = options.client_certificates == ClientCertificates::require &&
                               options.client_authorities.empty();
  if (is_open_to_none) {
    throw std::runtime_error{
        "client certificates are required, but no authorities for them are given"};
  }
  for (const CertificateFiles& files : options.certificates) load(files, options);
  if (contexts_.empty()) {
    SslContextPtr context = make_context(options);
    make_certificate(context.get(), hostname);
    add(std::move(context), {});
  }
  bind_sessions(options);
  ERR_clear_error();
}

void TlsContexts::load(const CertificateFiles& files, const TlsOptions& options) {
  SslContextPtr context = make_context(options);
  load_certificate(context.get(), files);
  const X509* const certificate = SSL_CTX_get0_certificate(context.get());
  const std::string problem = date_problem(context.get());
  if (!problem.empty()) warnings_.push_back(files.certificate + ": the certificate " + problem);
  const std::vector<std::string> names = host_names(certificate);
  const int kind = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
  // RSA and ECDSA for the same names go together: the client's algorithms choose between them.
  for (const SslContextPtr& other : contexts_) {
    const X509* const its = SSL_CTX_get0_certificate(other.get());
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(its)) == kind || host_names(its) != names) continue;
    load_certificate(other.get(), files);
    SSL_CTX_set_current_cert(other.get(), SSL_CERT_SET_FIRST);
    return;
  }
  add(std::move(context), names);
}

void TlsContexts::add(SslContextPtr context, const std::vector<std::string>& names) {
  for (const std::string& name : names) by_name_.try_emplace(name, context.get());
  contexts_.push_back(std::move(context));
}

/// Sessions belong to the rules that they were made by: a ticket of a client that was trusted is no
/// good after the authorities have changed.
void TlsContexts::bind_sessions(const TlsOptions& options) {
  std::ifstream stream{options.client_authorities, std::ios::binary};
  std::string rules{std::istreambuf_iterator<char>{stream}, {}};
  rules += "quoth client certificates ";
  rules += std::to_string(static_cast<int>(options.client_certificates));
  std::array<unsigned char, SSL_MAX_SID_CTX_LENGTH> id{};
  expect(EVP_Digest(rules.data(), rules.size(), id.data(), nullptr, EVP_sha256(), nullptr) == 1,
         "SHA-256");
  for (const SslContextPtr& context : contexts_) {
    SSL_CTX_set_session_id_context(context.get(), id.data(), id.size());
  }
}

SSL_CTX* TlsContexts::find(std::string_view name) const {
  // A client's name is never a pattern, and "*.org" is only asked for by those who try things.
  if (name.empty() || name.front() == '*') return nullptr;
  const auto exact = by_name_.find(std::string{name});
  if (exact != by_name_.end()) return exact->second;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0) return nullptr;
  const auto wild = by_name_.find("*" + std::string{name.substr(dot)});
  return wild != by_name_.end() ? wild->second : nullptr;
}

}  // namespace quoth::net
