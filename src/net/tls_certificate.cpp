#include "net/tls_certificate.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "core/ascii.hpp"
#include "net/tls_error.hpp"
#include "net/tls_facts.hpp"

namespace quoth::net {
namespace {

std::string contents(const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream{std::fopen(file.c_str(), "re"),
                                                               std::fclose};
  std::string text;
  std::array<char, 4096> part{};
  std::size_t size = 1;
  while (stream && size > 0) {
    size = std::fread(part.data(), 1, part.size(), stream.get());
    text.append(part.data(), size);
  }
  const int why = errno;
  OPENSSL_cleanse(part.data(), part.size());
  if (!stream || std::ferror(stream.get()) != 0) {
    throw std::runtime_error{file + ": cannot be read: " + std::generic_category().message(why) +
                             ". Check that it is there and that the server's user may read it"};
  }
  return text;
}

BioPtr reader(const std::string& text) {
  BioPtr bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  if (!bio) throw std::bad_alloc{};
  return bio;
}

/// Never prompts: a server has nobody to ask.
int refuse_passphrase(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

[[noreturn]] void fail(const std::string& file, const std::string& advice) {
  const std::string reason = take_tls_error_text();
  throw std::runtime_error{file + ": " + reason + ". " + advice};
}

void load_chain(SSL_CTX* context, const std::string& file) {
  const std::string text = contents(file);
  const BioPtr bio = reader(text);
  bool was_asked = false;
  const CertificatePtr own{
      PEM_read_bio_X509_AUX(bio.get(), nullptr, refuse_passphrase, &was_asked)};
  if (!own) fail(file, "It has to hold the server's certificate in PEM, its chain behind it");
  if (SSL_CTX_use_certificate(context, own.get()) != 1) {
    fail(file,
         "OpenSSL does not take the certificate: a key of 2048 bits RSA or more, or of P-256 "
         "ECDSA, signed with SHA-256 or better, is needed");
  }
  while (
      CertificatePtr next{PEM_read_bio_X509(bio.get(), nullptr, refuse_passphrase, &was_asked)}) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) {
      fail(file, "OpenSSL does not take the chain behind the first certificate");
    }
  }
  const unsigned long last = ERR_peek_last_error();
  const bool is_end =
      ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (!is_end) fail(file, "A certificate of the chain is broken");
  ERR_clear_error();
}

KeyPtr read_key(const std::string& file) {
  std::string text = contents(file);
  const BioPtr bio = reader(text);
  bool was_asked = false;
  KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &was_asked)};
  OPENSSL_cleanse(text.data(), text.size());
  if (was_asked) {
    ERR_clear_error();
    throw std::runtime_error{file +
                             ": the key has a passphrase, which nobody is there to type. "
                             "Remove it: openssl pkey -in " +
                             file + " -out KEY.pem"};
  }
  if (!key) fail(file, "It has to hold the certificate's private key in PEM");
  return key;
}

}  // namespace

void load_certificate(SSL_CTX* context, const CertificateFiles& files) {
  ERR_clear_error();
  load_chain(context, files.certificate);
  const KeyPtr key = read_key(files.key);
  const X509* const certificate = SSL_CTX_get0_certificate(context);
  if (X509_check_private_key(certificate, key.get()) != 1) {
    ERR_clear_error();
    throw std::runtime_error{files.key + ": is not the key of " + files.certificate +
                             ". Both have to be of the same pair: if they are being replaced, "
                             "replace the other, too"};
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) fail(files.key, "OpenSSL refuses the key");
}

std::string normal_host_name(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  std::string normal;
  for (const char c : name) {
    const bool is_fine = ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
    const bool is_wildcard = c == '*' && normal.empty() && name.starts_with("*.");
    if (!is_fine && !is_wildcard) return {};
    normal += ascii::to_lower(c);
  }
  return normal.size() <= 255 ? normal : std::string{};
}

std::vector<std::string> host_names(const X509* certificate) {
  std::vector<std::string> written = alternative_names(certificate, GEN_DNS);
  if (written.empty()) written.push_back(common_name_of(certificate));
  std::vector<std::string> names;
  for (const std::string& name : written) {
    std::string normal = normal_host_name(name);
    if (!normal.empty()) names.push_back(std::move(normal));
  }
  return names;
}

std::string date_problem(const SSL_CTX* context) {
  const X509* const certificate = SSL_CTX_get0_certificate(context);
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return "has expired: clients that check it will not come in. Renew it";
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return "is not valid yet: clients that check it will not come in. Check this machine's clock";
  }
  return {};
}

}  // namespace quoth::net
