#include "net/tls_facts.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "net/tls_session.hpp"

namespace quoth::net {
namespace {

std::string hex(std::span<const unsigned char> octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char octet : octets) {
    text += digits[octet >> 4U];
    text += digits[octet & 15U];
  }
  return text;
}

bool is_visible(std::string_view text) noexcept {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return !text.empty();
}

std::string_view octets_of(const ASN1_STRING* text) noexcept {
  const void* const octets = ASN1_STRING_get0_data(text);
  return {static_cast<const char*>(octets), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

PeerCertificate describe(const X509* certificate, bool is_trusted) {
  PeerCertificate peer;
  peer.subject = subject_of(certificate);
  peer.common_name = common_name_of(certificate);
  peer.emails = alternative_names(certificate, GEN_EMAIL);
  peer.domains = alternative_names(certificate, GEN_DNS);
  peer.fingerprint = fingerprint(certificate);
  peer.is_trusted = is_trusted;
  return peer;
}

std::optional<std::string> hash(const X509* certificate, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  if (X509_digest(certificate, algorithm, octets.data(), &size) != 1) return std::nullopt;
  const void* const begin = octets.data();
  return std::string{static_cast<const char*>(begin), size};
}

}  // namespace

std::string fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), octets.data(), &size) != 1) return {};
  return hex(std::span{octets}.first(size));
}

std::string subject_of(const X509* certificate) {
  const BioPtr text{BIO_new(BIO_s_mem())};
  // RFC 2253 §2.4 escapes controls; octets above ASCII stay as the UTF-8 they are made into.
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!text || X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, flags) < 0) {
    return {};
  }
  char* octets = nullptr;
  const long size = BIO_get_mem_data(text.get(), &octets);
  return {octets, static_cast<std::size_t>(size)};
}

std::string common_name_of(const X509* certificate) {
  const X509_NAME* const name = X509_get_subject_name(certificate);
  int index = -1;
  for (int next = index; (next = X509_NAME_get_index_by_NID(name, NID_commonName, next)) >= 0;) {
    index = next;
  }
  if (index < 0) return {};
  unsigned char* octets = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&octets, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  if (size < 0) return {};
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned{
      octets, [](unsigned char* p) { OPENSSL_free(p); }};
  const void* const begin = octets;
  std::string text{static_cast<const char*>(begin), static_cast<std::size_t>(size)};
  if (text.find('\0') != std::string::npos) return {};
  return text;
}

std::vector<std::string> alternative_names(const X509* certificate, int kind) {
  std::vector<std::string> found;
  const NamesPtr names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != kind) continue;
    const std::string_view text = octets_of(name->d.ia5);
    if (is_visible(text)) found.emplace_back(text);
  }
  return found;
}

std::optional<std::string> end_point_hash(X509* certificate) {
  int digest = NID_undef;
  if (X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr) != 1) return {};
  // RFC 5929 §4.1: MD5 and SHA-1 become SHA-256; a signature without a hash has no binding.
  if (digest == NID_md5 || digest == NID_sha1 || digest == NID_md5_sha1) digest = NID_sha256;
  const EVP_MD* const algorithm = EVP_get_digestbynid(digest);
  if (algorithm == nullptr) return std::nullopt;
  return hash(certificate, algorithm);
}

std::optional<std::string> tls_server_end_point(SSL* ssl) {
  ERR_clear_error();
  if (SSL_is_server(ssl) == 0) {
    const CertificatePtr certificate{SSL_get1_peer_certificate(ssl)};
    return certificate ? end_point_hash(certificate.get()) : std::nullopt;
  }
  if (SSL_session_reused(ssl) == 0) {
    X509* const certificate = SSL_get_certificate(ssl);
    return certificate != nullptr ? end_point_hash(certificate) : std::nullopt;
  }
  // The client remembers the certificate of its first handshake, which we may not have any more.
  void* noted = nullptr;
  std::size_t size = 0;
  if (SSL_SESSION_get0_ticket_appdata(SSL_get_session(ssl), &noted, &size) != 1 || size == 0) {
    return std::nullopt;
  }
  return std::string{static_cast<const char*>(noted), size};
}

std::optional<std::string> tls_exporter(SSL* ssl) {
  // RFC 9266 §4.2: below TLS 1.3 only with the extended master secret (RFC 7627).
  if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1) return std::nullopt;
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  std::array<unsigned char, 32> octets{};
  ERR_clear_error();
  const int done = SSL_export_keying_material(ssl, octets.data(), octets.size(), label.data(),
                                              label.size(), nullptr, 0, 1);
  ERR_clear_error();
  if (done != 1) return std::nullopt;
  const void* const begin = octets.data();
  return std::string{static_cast<const char*>(begin), octets.size()};
}

TlsFacts tls_facts(const TlsSession& session) {
  SSL* const ssl = session.ssl();
  const SSL_CIPHER* const cipher = SSL_get_current_cipher(ssl);
  TlsFacts facts;
  facts.version = SSL_get_version(ssl);
  facts.cipher = SSL_CIPHER_standard_name(cipher);
  facts.cipher_bits = SSL_CIPHER_get_bits(cipher, nullptr);
  facts.server_name = session.server_name();
  facts.is_resumed = SSL_session_reused(ssl) != 0;
  const CertificatePtr peer{SSL_get1_peer_certificate(ssl)};
  if (peer && SSL_is_server(ssl) != 0) {
    facts.client = describe(peer.get(), SSL_get_verify_result(ssl) == X509_V_OK);
  }
  ERR_clear_error();
  return facts;
}

}  // namespace quoth::net
