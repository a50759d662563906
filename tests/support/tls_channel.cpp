#include "support/tls_channel.hpp"

#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/time.h>
#include <openssl/err.h>

namespace quoth::support {
namespace {

void expect(bool has_worked, const char* what) {
  if (!has_worked) throw std::runtime_error{std::string{"no TLS: "} + what};
}

}  // namespace

TlsChannel::TlsChannel(int fd, const CertificateFiles& certificate)
    : context_{SSL_CTX_new(TLS_client_method())} {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // OpenSSL writes without MSG_NOSIGNAL
  const timeval patience{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ERR_clear_error();
  SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (!certificate.certificate.empty()) {
    expect(SSL_CTX_use_certificate_chain_file(context_.get(), certificate.certificate.c_str()) == 1,
           "certificate");
    expect(
        SSL_CTX_use_PrivateKey_file(context_.get(), certificate.key.c_str(), SSL_FILETYPE_PEM) == 1,
        "key");
  }
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), fd);
  std::string name = "mx.test";  // SSL_set_tlsext_host_name() without its old casts
  SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  expect(SSL_connect(ssl_.get()) == 1, "handshake");
}

std::optional<std::size_t> TlsChannel::read(std::span<char> room) {
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
  if (count > 0) return static_cast<std::size_t>(count);
  expect(SSL_get_error(ssl_.get(), count) != SSL_ERROR_WANT_READ, "the server is silent");
  return std::nullopt;
}

void TlsChannel::write(std::string_view octets) {
  ERR_clear_error();
  expect(SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size())) > 0, "write");
}

bool TlsChannel::has_input() const { return SSL_pending(ssl_.get()) > 0; }

std::string TlsChannel::exporter() const {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  std::string result(32, '\0');
  expect(SSL_export_keying_material(ssl_.get(), reinterpret_cast<unsigned char*>(result.data()),
                                    result.size(), label.data(), label.size(),
                                    reinterpret_cast<const unsigned char*>(""), 0, 1) == 1,
         "exporter");
  return result;
}

}  // namespace quoth::support
