// Accepts mail for example.org and prints it: the smallest useful server.
#include <iostream>

#include <quoth/server.hpp>

int main(int argc, char** argv) {
  quoth::Server server{{.listen = {argc > 1 ? argv[1] : "127.0.0.1:2525"}}};
  server.on<quoth::event::Rcpt>("local", [](quoth::event::Rcpt& rcpt) {
    return rcpt.recipient.domain() == "example.org" ? quoth::accept() : quoth::pass();
  });
  server.on<quoth::event::Message>("print", [](quoth::event::Message& message) {
    std::cout << message.content() << std::flush;
    return quoth::accept();
  });
  return server.run();
}
