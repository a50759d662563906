#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quoth {

/// When a server speaks TLS.
enum class TlsMode : std::uint8_t {
  off,
  starttls,  ///< Offers STARTTLS (RFC 3207); clear text will do.
  required,  ///< The same, and takes nothing but EHLO, NOOP, STARTTLS and QUIT before (530 5.7.0).
  implicit,  ///< From the first octet (RFC 8314 §3).
};

/// The two files of a certificate, in PEM.
struct CertificateFiles {
  std::string certificate;  ///< With its chain behind it.
  std::string key;          ///< The private key, without a passphrase.
};

/// What a server makes of certificates that clients have.
enum class ClientCertificates : std::uint8_t {
  ignore,   ///< None is asked for.
  ask,      ///< Whoever shows one has it in Session::tls(), trusted or not.
  require,  ///< No handshake without one that TlsOptions::client_authorities has signed.
};

/// How a server does TLS: versions 1.2 and 1.3 with the ciphers of RFC 9325, no renegotiation.
struct TlsOptions {
  TlsMode mode = TlsMode::off;
  /// Which one a client gets is decided by the name it asks for (SNI, RFC 6066 §3); the first one
  /// is for everybody else. They are read again when the files change. Empty: a self-signed one for
  /// our host name, made for this run.
  std::vector<CertificateFiles> certificates{};
  ClientCertificates client_certificates = ClientCertificates::ignore;
  /// A PEM file of the authorities whose client certificates are trusted. Empty: none is.
  std::string client_authorities{};
  /// How long a handshake may take.
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds{30};
  /// Handshakes under way at a time; further clients get 454 4.7.0, or nothing in implicit TLS.
  /// From three quarters on each may take no longer than Defences::overload_timeout. One can make
  /// OpenSSL hold some 130 KiB, and an idle TLS connection holds 15 KiB:
  /// ServerOptions::memory_bytes does not count those.
  std::size_t handshakes = 1000;
  /// How long a key for session tickets is used (RFC 5077, RFC 8446 §4.6.1); tickets of the last
  /// one are taken for as long again.
  std::chrono::seconds ticket_key_lifetime = std::chrono::hours{1};
};

/// A certificate that a client showed, and has the private key of.
struct PeerCertificate {
  std::string subject;               ///< As RFC 2253 writes it: "CN=ann,O=Example".
  std::string common_name;           ///< Empty: it has none.
  std::vector<std::string> emails;   ///< Of its subjectAltName.
  std::vector<std::string> domains;  ///< The same.
  std::string fingerprint;           ///< SHA-256 over its DER, in lower-case hex.
  bool is_trusted = false;           ///< TlsOptions::client_authorities has signed it.
};

/// What a handshake agreed on.
struct TlsFacts {
  std::string version;  ///< "TLSv1.3".
  std::string cipher;   ///< "TLS_AES_256_GCM_SHA384".
  int cipher_bits = 0;  ///< 256.
  std::string
      server_name;  ///< The name that the client asked for (SNI), in lower case; may be empty.
  bool is_resumed = false;
  std::optional<PeerCertificate> client{};
};

}  // namespace quoth
