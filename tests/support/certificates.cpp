#include "support/certificates.hpp"

#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace quoth::support {
namespace {

void expect(bool has_worked) {
  if (!has_worked) throw std::runtime_error{"OpenSSL makes no certificate for the test"};
}

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

BioPtr memory() { return {BIO_new(BIO_s_mem()), BIO_free_all}; }

std::string text_of(BIO* bio) {
  char* octets = nullptr;
  const long size = BIO_get_mem_data(bio, &octets);
  return {octets, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const BioPtr bio = memory();
  expect(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

std::string pem(EVP_PKEY* key, const std::string& passphrase = {}) {
  const BioPtr bio = memory();
  const EVP_CIPHER* const cipher = passphrase.empty() ? nullptr : EVP_aes_256_cbc();
  expect(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, cipher, passphrase.data(),
                                       static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
  return text_of(bio.get());
}

std::shared_ptr<EVP_PKEY> make_key(CertificateFacts::Key kind) {
  EVP_PKEY* const key =
      kind == CertificateFacts::Key::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
  expect(key != nullptr);
  return {key, EVP_PKEY_free};
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  expect(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

/// Name by name, so that a name may have any octets.
void add_names(X509* certificate, const CertificateFacts& facts) {
  if (facts.domains.empty() && facts.emails.empty()) return;
  GENERAL_NAMES* const names = GENERAL_NAMES_new();
  const auto add = [names](int kind, const std::string& octets) {
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, octets.data(), static_cast<int>(octets.size()));
    GENERAL_NAME* const name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, kind, text);
    sk_GENERAL_NAME_push(names, name);
  };
  for (const std::string& domain : facts.domains) add(GEN_DNS, domain);
  for (const std::string& email : facts.emails) add(GEN_EMAIL, email);
  expect(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1);
  GENERAL_NAMES_free(names);
}

std::shared_ptr<X509> make_certificate(const CertificateFacts& facts, EVP_PKEY* key) {
  const std::shared_ptr<X509> certificate{X509_new(), X509_free};
  X509_set_version(certificate.get(), X509_VERSION_3);
  BIGNUM* const serial = BN_new();
  BN_rand(serial, 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate.get()));
  BN_free(serial);
  X509_time_adj_ex(X509_getm_notBefore(certificate.get()), facts.days_from_now, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), facts.days_to_live, 0, nullptr);
  if (!facts.common_name.empty()) {
    const std::vector<unsigned char> name{facts.common_name.begin(), facts.common_name.end()};
    expect(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                                      MBSTRING_UTF8, name.data(), static_cast<int>(name.size()), -1,
                                      0) == 1);
  }
  expect(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_{make_key(CertificateFacts::Key::p256)} {
  CertificateFacts facts;
  facts.common_name = name;
  own_ = make_certificate(facts, key_.get());
  X509_set_issuer_name(own_.get(), X509_get_subject_name(own_.get()));
  add_extension(own_.get(), own_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own_.get(), own_.get(), NID_subject_key_identifier, "hash");
  expect(X509_sign(own_.get(), key_.get(), EVP_sha256()) > 0);
  certificate_ = pem(own_.get());
}

TestCertificate TestAuthority::issue(const CertificateFacts& facts) const {
  const Key key = make_key(facts.key);
  const std::shared_ptr<X509> certificate = make_certificate(facts, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(own_.get()));
  add_extension(certificate.get(), own_.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), own_.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  add_names(certificate.get(), facts);
  expect(X509_sign(certificate.get(), key_.get(), facts.hash) > 0);
  return {pem(certificate.get()), pem(key.get())};
}

void replace_file(const std::string& path, const std::string& contents) {
  const std::string fresh = path + ".new";
  std::ofstream{fresh, std::ios::binary} << contents;
  expect(std::rename(fresh.c_str(), path.c_str()) == 0);
}

CertificateFiles write(const TestCertificate& certificate, const std::string& path) {
  replace_file(path + ".crt", certificate.certificate);
  replace_file(path + ".key", certificate.key);
  return {path + ".crt", path + ".key"};
}

std::string with_passphrase(const std::string& key, const std::string& passphrase) {
  const BioPtr bio{BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), BIO_free_all};
  const std::shared_ptr<EVP_PKEY> read{
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  expect(read != nullptr);
  return pem(read.get(), passphrase);
}

}  // namespace quoth::support
