#include "apps/quoth/certificate_check.hpp"

#include <stdexcept>
#include <string>

#include "net/tls_server.hpp"

namespace quoth::app {
namespace {

void check(const TlsOptions& options, const Config& config, Diagnostics& diagnostics) {
  try {
    const net::TlsServer server{options, config.hostname};
    for (const std::string& warning : server.warnings()) {
      diagnostics.warning("clients refuse a certificate", {}, warning);
    }
  } catch (const std::runtime_error& error) {
    diagnostics.error("a certificate or key cannot be used", {}, error.what());
  }
}

}  // namespace

void check_certificates(const Config& config, Diagnostics& diagnostics) {
  TlsOptions options = config.tls;
  options.certificates.clear();
  if (!options.client_authorities.empty()) check(options, config, diagnostics);
  options.client_authorities.clear();
  options.client_certificates = ClientCertificates::ignore;
  for (const CertificateFiles& files : config.tls.certificates) {
    options.certificates = {files};
    check(options, config, diagnostics);
  }
}

}  // namespace quoth::app
