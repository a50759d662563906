#include "net/tls_error.hpp"

#include <string>

#include <boost/asio/error.hpp>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace quoth::net {
namespace {

// Nothing is deleted through a pointer to a category: all of them are static.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

// OpenSSL packs library and reason into 31 bits, so an int holds them.
class ReasonCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "tls"; }
  [[nodiscard]] std::string message(int value) const override {
    const char* reason = ERR_reason_error_string(static_cast<unsigned long>(value));
    return reason != nullptr ? reason : "TLS error " + std::to_string(value);
  }
};

class CertificateCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "certificate"; }
  [[nodiscard]] std::string message(int value) const override {
    return X509_verify_cert_error_string(value);
  }
};

#pragma GCC diagnostic pop

}  // namespace

error_code take_tls_error() noexcept {
  static const ReasonCategory category;
  const unsigned long first = ERR_peek_error();
  ERR_clear_error();
  if (first == 0) return make_error_code(boost::asio::error::no_memory);
  return {static_cast<int>(first), category};
}

std::string take_tls_error_text() { return take_tls_error().message(); }

error_code certificate_error(long verify_result) noexcept {
  static const CertificateCategory category;
  return {static_cast<int>(verify_result), category};
}

}  // namespace quoth::net
