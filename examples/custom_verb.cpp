// A verb that no RFC has: XECHO sends back what stands behind it. Everything that the protocol
// knows of a verb is one definition; what the verb does is a handler like any other.
#include <string>

#include <quoth/server.hpp>

int main(int argc, char** argv) {
  quoth::Server server{{.listen = {argc > 1 ? argv[1] : "127.0.0.1:2525"}}};

  // Only after HELO or EHLO (503 otherwise), and with an argument (501 without). HELP shows the
  // syntax, EHLO lists the verb.
  server.dialect().define({.name = "XECHO",
                           .syntax = "XECHO text",
                           .argument = quoth::smtp::ArgumentRule::required,
                           .allowed = {quoth::smtp::State::greeted},
                           .ehlo_line = "XECHO"});
  server.on_verb("XECHO", "echo", [](quoth::event::Command& command) {
    return quoth::accept("2.0.0 " + std::string{command.argument});
  });

  return server.run();
}
