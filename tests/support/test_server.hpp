#pragma once

#include <string>
#include <utility>

#include <quoth/server.hpp>

#include "support/smtp_client.hpp"

namespace quoth::support {

/// mx.test on a free port of 127.0.0.1.
[[nodiscard]] ServerOptions test_options();

/// Takes every recipient and every message, by the handlers "accept" of Rcpt and Message.
void accept_all(Server& server);

/// A server that a test gives its handlers and then starts. Stopped, and waited for, at the end.
class TestServer : public Server {
 public:
  TestServer() : Server{test_options()} {}
  explicit TestServer(ServerOptions options) : Server{std::move(options)} {}

  /// A client that has read nothing yet.
  [[nodiscard]] SmtpClient client() const { return SmtpClient{listening().front()}; }
};

}  // namespace quoth::support
