// The smallest stranger: it makes a server with a handler, and compares versions.
#include <iostream>

#include <quoth/server.hpp>
#include <quoth/version.hpp>

int main() {
  quoth::ServerOptions options;
  options.hostname = "mx.example.org";
  options.listen = {"127.0.0.1:0"};
  quoth::Server server{options};
  server.on<quoth::event::Rcpt>("all", [](quoth::event::Rcpt&) { return quoth::accept(); });
  std::cout << "quoth " << quoth::version() << " as " << server.options().hostname << '\n';
  return quoth::version() == QUOTH_EXPECTED_VERSION ? 0 : 1;
}
