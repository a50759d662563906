// The certificate that a server without one makes for itself: it keeps eavesdroppers out, and
// proves nothing to whoever checks names.

#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include "net/tls_certificate.hpp"
#include "net/tls_error.hpp"

namespace quoth::net {
namespace {

using BignumPtr = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using NamePtr = std::unique_ptr<GENERAL_NAME, OpensslFree<GENERAL_NAME_free>>;
using OctetsPtr = std::unique_ptr<ASN1_STRING, OpensslFree<ASN1_STRING_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

constexpr long lifetime_days = 90;

void expect(bool has_worked) {
  if (!has_worked) {
    throw std::runtime_error{"cannot make a certificate for this run: " + take_tls_error_text()};
  }
}

const unsigned char* octets_of(std::string_view text) noexcept {
  const void* const begin = text.data();
  return static_cast<const unsigned char*>(begin);
}

void set_serial(X509* certificate) {
  // RFC 5280 §4.1.2.2: positive, 20 octets at most; random, so that each run's is another one.
  const BignumPtr number{BN_new()};
  expect(number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  expect(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_names(X509* certificate, std::string_view hostname) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  // RFC 5280 Appendix A.1: a CN has 64 characters at most; the name is in subjectAltName, too.
  const std::string_view shown =
      hostname.size() <= 64 && !hostname.empty() ? hostname : "localhost";
  expect(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, octets_of(shown),
                                    static_cast<int>(shown.size()), -1, 0) == 1);
  expect(X509_set_issuer_name(certificate, name) == 1);
}

void add_name(GENERAL_NAMES* names, int kind, std::string_view octets) {
  OctetsPtr text{ASN1_STRING_type_new(kind == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING)};
  NamePtr name{GENERAL_NAME_new()};
  expect(text && name);
  expect(ASN1_STRING_set(text.get(), octets.data(), static_cast<int>(octets.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), kind, text.release());
  expect(sk_GENERAL_NAME_push(names, name.get()) > 0);
  static_cast<void>(name.release());
}

void set_alternative_names(X509* certificate, std::string_view hostname) {
  constexpr std::string_view ipv4{"\x7F\0\0\1", 4};
  constexpr std::string_view ipv6{"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16};
  const NamesPtr names{GENERAL_NAMES_new()};
  expect(names != nullptr);
  const std::string normal = normal_host_name(hostname);
  if (!normal.empty() && normal != "localhost") add_name(names.get(), GEN_DNS, normal);
  add_name(names.get(), GEN_DNS, "localhost");
  add_name(names.get(), GEN_IPADD, ipv4);
  add_name(names.get(), GEN_IPADD, ipv6);
  expect(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1);
}

void set_use(X509* certificate, int kind, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
  expect(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

void make_certificate(SSL_CTX* context, std::string_view hostname) {
  ERR_clear_error();
  const KeyPtr key{EVP_EC_gen("P-256")};
  const CertificatePtr certificate{X509_new()};
  expect(key && certificate);
  expect(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  // An hour back, for clients whose clock is slow.
  expect(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr);
  expect(X509_time_adj_ex(X509_getm_notAfter(certificate.get()), lifetime_days, 0, nullptr) !=
         nullptr);
  set_names(certificate.get(), hostname);
  set_alternative_names(certificate.get(), hostname);
  set_use(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  set_use(certificate.get(), NID_key_usage, "critical,digitalSignature");
  set_use(certificate.get(), NID_ext_key_usage, "serverAuth");
  expect(X509_set_pubkey(certificate.get(), key.get()) == 1);
  expect(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  expect(SSL_CTX_use_certificate(context, certificate.get()) == 1);
  expect(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
}

}  // namespace quoth::net
