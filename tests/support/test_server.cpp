#include "support/test_server.hpp"

namespace quoth::support {

ServerOptions test_options() {
  ServerOptions options;
  options.hostname = "mx.test";
  options.listen = {"127.0.0.1:0"};
  return options;
}

void accept_all(Server& server) {
  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return accept(); });
  server.on<event::Message>("accept", [](event::Message&) { return accept(); });
}

}  // namespace quoth::support
