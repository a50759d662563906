#pragma once

#include <optional>
#include <string>
#include <vector>

#include <quoth/tls.hpp>

#include "net/tls_openssl.hpp"

namespace quoth::net {

class TlsSession;

/// What a finished handshake agreed on.
[[nodiscard]] TlsFacts tls_facts(const TlsSession& session);

/// Lower-case hex of SHA-256 over the certificate's DER.
[[nodiscard]] std::string fingerprint(const X509* certificate);

/// The subject as RFC 2253 writes it.
[[nodiscard]] std::string subject_of(const X509* certificate);

/// The last CN of the subject, in UTF-8; empty if it has none, or one with a NUL.
[[nodiscard]] std::string common_name_of(const X509* certificate);

/// The names of one kind (GEN_DNS, GEN_EMAIL) in subjectAltName, as written; without those that
/// have other than visible ASCII in them, a NUL above all.
[[nodiscard]] std::vector<std::string> alternative_names(const X509* certificate, int kind);

/// RFC 9266 §4: 32 octets; none if the handshake is not bound to what it agreed on.
[[nodiscard]] std::optional<std::string> tls_exporter(SSL* ssl);

/// RFC 5929 §4: a hash of the server's certificate; none if its signature has no such hash.
[[nodiscard]] std::optional<std::string> tls_server_end_point(SSL* ssl);

/// The same of a certificate.
[[nodiscard]] std::optional<std::string> end_point_hash(X509* certificate);

}  // namespace quoth::net
