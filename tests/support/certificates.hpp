#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <quoth/tls.hpp>

namespace quoth::support {

/// What a certificate of a test says of itself.
struct CertificateFacts {
  enum class Key : std::uint8_t { p256, rsa2048 };

  std::string common_name{};
  std::vector<std::string> domains{};
  std::vector<std::string> emails{};
  Key key = Key::p256;
  int days_from_now = -1;  ///< Its first day.
  int days_to_live = 30;   ///< Until its last, from now.
  const EVP_MD* hash = EVP_sha256();
};

/// A certificate with its key, both in PEM.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

/// An authority that signs whatever a test asks for.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test Authority");

  [[nodiscard]] TestCertificate issue(const CertificateFacts& facts) const;
  /// Its own certificate in PEM.
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }

 private:
  using Key = std::shared_ptr<EVP_PKEY>;
  Key key_;
  std::shared_ptr<X509> own_;
  std::string certificate_;
};

/// Replaces a file, as programs that renew certificates do: by another one of its name.
void replace_file(const std::string& path, const std::string& contents);

/// Writes both files, `path`.crt and `path`.key.
[[nodiscard]] CertificateFiles write(const TestCertificate& certificate, const std::string& path);

/// `key` again, under a passphrase.
[[nodiscard]] std::string with_passphrase(const std::string& key, const std::string& passphrase);

}  // namespace quoth::support
