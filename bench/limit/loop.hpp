// One thread's share of the connections.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include <openssl/ssl.h>

#include "bench/limit/dialogue.hpp"

namespace limit {

/// How TLS is spoken; without a context it is not.
struct Tls {
  SSL_CTX* context = nullptr;
  bool implicit = false;  ///< From the first octet, instead of by STARTTLS.
};

/// A client. The loop that has accepted it closes it.
struct Connection {
  int socket;
  SSL* tls = nullptr;
  bool in_handshake = false;
  Dialogue dialogue;
};

/// Serves what one listening socket accepts: edge-triggered epoll, one read buffer for all, and one
/// write for all the replies that a read makes due.
class Loop {
 public:
  /// @throws std::runtime_error if the system gives no epoll.
  Loop(int listener, Tls tls);

  /// Never returns; the process ends by a signal.
  [[noreturn]] void run();

 private:
  void accept_all();
  void welcome(int socket);
  bool serve(Connection& client, bool hung_up);
  bool begin_tls(Connection& client) const;
  bool shake_hands(Connection& client) const;
  ssize_t read(Connection& client);

  int listener_;
  Tls tls_;
  int epoll_;
  std::vector<char> buffer_;
  std::string replies_;
};

}  // namespace limit
