#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <quoth/tls.hpp>

#include "net/tls_openssl.hpp"

namespace quoth::net {

/// Puts a certificate, its chain and its key into `context`.
/// @throws std::runtime_error naming the file, what is wrong with it, and what to do.
void load_certificate(SSL_CTX* context, const CertificateFiles& files);

/// Makes a certificate for `hostname`, localhost and its addresses that nobody has signed, and puts
/// it into `context`. ECDSA on P-256, 90 days.
/// @throws std::runtime_error if OpenSSL fails.
void make_certificate(SSL_CTX* context, std::string_view hostname);

/// The host names that a certificate is for, in lower case: dNSName of subjectAltName, or the CN if
/// there is none (RFC 6125 §6.4.4). "*." may stand in front.
[[nodiscard]] std::vector<std::string> host_names(const X509* certificate);

/// What is wrong with the dates of the certificate in `context`, in words; empty if nothing is.
[[nodiscard]] std::string date_problem(const SSL_CTX* context);

/// A host name in lower case without a dot at its end; empty if it is none. Letters, digits, '-',
/// '_' and dots, and "*." in front.
[[nodiscard]] std::string normal_host_name(std::string_view name);

}  // namespace quoth::net
