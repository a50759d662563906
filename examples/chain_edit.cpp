// A chain that is edited while the server runs. "maintenance" defers every recipient; it stands in
// front of "accept", and is switched off at first.
//
//   - By another thread, for all sessions: type "on", "off" or "list" here; the end of the input
//     stops the server.
//   - For one session alone: whoever says EHLO operator.example.org is never deferred.
#include <iostream>
#include <string>

#include <quoth/server.hpp>

namespace event = quoth::event;

namespace {

void list(const quoth::Chain<event::Rcpt>& chain) {
  for (const quoth::HandlerInfo& handler : chain.handlers()) {
    std::cout << handler.name << (handler.is_enabled ? "" : " (off)") << ", " << handler.answers
              << " answers\n";
  }
  std::cout << "." << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  quoth::Server server{{.listen = {argc > 1 ? argv[1] : "127.0.0.1:2525"}}};

  server.on<event::Rcpt>("accept", [](event::Rcpt&) { return quoth::accept(); });
  const quoth::Chain<event::Rcpt> recipients = server.chains().get<event::Rcpt>();
  recipients.before("accept", "maintenance",
                    [](event::Rcpt&) { return quoth::defer("4.3.2 back in an hour"); });
  recipients.disable("maintenance");

  server.on<event::Helo>("operator", [](event::Helo& helo) {
    // Holds for this session from its next command on; all others keep the server's order.
    if (helo.name == "operator.example.org") {
      helo.session.chains().get<event::Rcpt>().first("accept");
    }
    return quoth::pass();
  });

  server.start();  // its sessions run on a thread of their own, edits come from this one
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "on") recipients.enable("maintenance");
    if (line == "off") recipients.disable("maintenance");
    list(recipients);
  }
  server.stop();
  server.wait();
}
