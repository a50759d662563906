#include "net/tls_session.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <openssl/err.h>

#include "net/tls_client_state.hpp"
#include "net/tls_context.hpp"
#include "net/tls_error.hpp"
#include "net/tls_facts.hpp"

namespace quoth::net {

Result<std::unique_ptr<TlsSession>> TlsSession::accept(std::shared_ptr<const TlsContexts> contexts,
                                                       int fd) {
  std::unique_ptr<TlsSession> session{new TlsSession{fd}};
  const error_code failed = session->attach(contexts->first());
  if (failed) return failed;
  session->contexts_ = std::move(contexts);
  SSL_set_accept_state(session->ssl());
  return session;
}

Result<std::unique_ptr<TlsSession>> TlsSession::connect(std::shared_ptr<TlsClientState> client,
                                                        int fd, std::string_view server_name) {
  std::unique_ptr<TlsSession> session{new TlsSession{fd}};
  error_code failed = session->attach(client->context.get());
  if (failed) return failed;
  session->server_name_ = server_name;
  session->client_ = std::move(client);
  SSL_set_connect_state(session->ssl());
  failed = prepare(session->ssl(), *session->client_, session->server_name_);
  if (failed) return failed;
  return session;
}

TlsSession::~TlsSession() {
  // A client's session can be resumed even if the connection ended without close_notify (RFC 5246
  // §7.2.1); OpenSSL thinks otherwise.
  if (facts_ && !is_broken_) {
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
}

TlsSession& TlsSession::of(const SSL* ssl) noexcept {
  return *static_cast<TlsSession*>(SSL_get_app_data(ssl));
}

error_code TlsSession::attach(SSL_CTX* context) noexcept {
  ERR_clear_error();
  ssl_.reset(SSL_new(context));
  BioPtr bio = make_tls_bio(wire_);
  if (!ssl_ || !bio) return take_tls_error();
  SSL_set_app_data(ssl_.get(), this);
  BIO* const both = bio.release();
  SSL_set_bio(ssl_.get(), both, both);
  return {};
}

/// Calls OpenSSL until it has done something, or the socket has to be waited for: a record without
/// text ends a call, and the next one may be in memory already.
template <class Call>
TlsStep TlsSession::repeat(Call call) noexcept {
  wire_.reads = 0;
  for (;;) {
    ERR_clear_error();
    std::size_t octets = 0;
    const int result = call(octets);
    const TlsStep step = outcome(result, octets);
    const bool is_drained = std::exchange(wire_.is_drained, wire_.is_drained && result > 0);
    const bool is_waiting = step.wait == TlsStep::Wait::input;
    if (!is_waiting || is_drained || SSL_has_pending(ssl_.get()) == 0) return step;
  }
}

TlsStep TlsSession::handshake() {
  TlsStep step = repeat([this](std::size_t& /*octets*/) { return SSL_do_handshake(ssl_.get()); });
  if (step.error || step.wait != TlsStep::Wait::nothing) return step;
  facts_ = tls_facts(*this);
  if (client_) keep_renewed_session(ssl_.get(), *client_, server_name_);
  return step;
}

TlsStep TlsSession::read(std::span<char> buffer) noexcept {
  return repeat([this, buffer](std::size_t& octets) {
    return SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &octets);
  });
}

TlsStep TlsSession::peek() noexcept {
  return repeat([this](std::size_t& octets) {
    char octet = 0;
    return SSL_peek_ex(ssl_.get(), &octet, 1, &octets);
  });
}

TlsStep TlsSession::write(std::string_view octets) noexcept {
  TlsStep all;
  wire_.reads = 0;
  while (all.octets < octets.size()) {
    const std::string_view rest = octets.substr(all.octets);
    ERR_clear_error();
    std::size_t taken = 0;
    const int result = SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &taken);
    const TlsStep step = outcome(result, taken);
    all.octets += step.octets;
    all.wait = step.wait;
    all.error = step.error;
    // Half a handshake message came before: OpenSSL reads the rest of it first.
    if (step.wait == TlsStep::Wait::input) wire_.is_drained = false;
    if (step.error || step.wait != TlsStep::Wait::nothing) break;
  }
  return all;
}

void TlsSession::close() noexcept {
  // After a failure OpenSSL must not be asked for it, and during the handshake it would fail.
  if (facts_ && !is_broken_ && wire_.fd >= 0) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  wire_.fd = -1;
}

TlsStep TlsSession::outcome(int result, std::size_t octets) noexcept {
  TlsStep step;
  if (result > 0) {
    step.octets = octets;
    return step;
  }
  const int kind = SSL_get_error(ssl_.get(), result);
  switch (kind) {
    case SSL_ERROR_WANT_READ: step.wait = TlsStep::Wait::input; break;
    case SSL_ERROR_WANT_WRITE: step.wait = TlsStep::Wait::room; break;
    default: step.error = failure(kind);
  }
  ERR_clear_error();
  return step;
}

error_code TlsSession::failure(int kind) noexcept {
  // The context ignores a close_notify that is missing, so that the one is as good as the other.
  if (kind == SSL_ERROR_ZERO_RETURN) return make_error_code(boost::asio::error::eof);
  is_broken_ = true;
  const unsigned long reason = ERR_peek_error();
  if (ERR_GET_LIB(reason) == ERR_LIB_SSL &&
      ERR_GET_REASON(reason) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    return certificate_error(SSL_get_verify_result(ssl_.get()));
  }
  if (kind == SSL_ERROR_SYSCALL && wire_.error != 0) {
    return {wire_.error, boost::system::system_category()};
  }
  return take_tls_error();
}

}  // namespace quoth::net
