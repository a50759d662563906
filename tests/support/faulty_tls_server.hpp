#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace quoth::test {

/// What a server of TLS and AUTH does wrong. Without any it is a small server that is right.
struct TlsFaults {
  bool keeps_clear_text = false;  ///< What came behind STARTTLS is run behind TLS.
  bool keeps_dialogue = false;    ///< EHLO, MAIL and RCPT from before TLS still count.
  bool lists_starttls_again = false;
  bool goes_on_in_clear = false;  ///< After a handshake that failed.
  bool takes_old_tls = false;     ///< Answers any hello by one of its own.
  bool has_no_tickets = false;    ///< No session goes on.
  bool keeps_broken = false;      ///< Never closes after a handshake that failed.
  bool shows_passwords = false;   ///< PLAIN in the clear.
  bool tells_unknown_users = false;
  bool cuts_at_nul = false;  ///< A password, as C does.
  bool takes_second_login = false;
  bool takes_login_in_mail = false;
  bool has_bare_334 = false;    ///< Without its space.
  bool ignores_cancel = false;  ///< * is a response.
  bool takes_any_base64 = false;
  bool takes_any_proxy = false;  ///< A PROXY header from anybody.
  bool takes_any_xclient = false;
  bool relays_for_auth = false;  ///< To anywhere, if MAIL has AUTH=.
  bool needs_no_login = true;    ///< For MAIL.
};

/// An SMTP server with STARTTLS and AUTH PLAIN for "ann" with "secret", and with faults, written
/// apart from Quoth's own. A thread for each client; on 127.0.0.1.
class FaultyTlsServer {
 public:
  explicit FaultyTlsServer(TlsFaults faults, bool is_implicit = false);
  FaultyTlsServer(const FaultyTlsServer&) = delete;
  FaultyTlsServer& operator=(const FaultyTlsServer&) = delete;
  ~FaultyTlsServer();

  /// "127.0.0.1:port".
  [[nodiscard]] std::string address() const;

 private:
  class Client;
  struct Context;

  void accept_clients();

  TlsFaults faults_;
  bool is_implicit_;
  std::unique_ptr<Context> context_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> clients_;  // all that were accepted, closed by the destructor
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace quoth::test
