// A submission server: STARTTLS with a certificate that is made for the run, and one user, ann, who
// has to prove by password or SCRAM who she is. Whatever she sends is printed.
#include <iostream>
#include <string>
#include <variant>

#include <quoth/scram.hpp>
#include <quoth/server.hpp>

namespace {

namespace auth = quoth::auth;
namespace event = quoth::event;

constexpr const char* password = "secret";

quoth::Decision check(event::Auth& attempt) {
  if (const auto* shown = std::get_if<auth::Password>(&attempt.credentials)) {
    const bool is_right = shown->user == "ann" && shown->password == password;
    return is_right ? quoth::accept() : quoth::pass();
  }
  if (const auto* scram = std::get_if<auth::ScramUser>(&attempt.credentials)) {
    if (scram->user != "ann") return quoth::pass();
    static const auto sha1 = auth::scram_keys_of(auth::ScramHash::sha1, password);
    static const auto sha256 = auth::scram_keys_of(auth::ScramHash::sha256, password);
    attempt.use_keys(scram->hash == auth::ScramHash::sha1 ? *sha1 : *sha256);
    return quoth::accept();
  }
  return quoth::pass();
}

}  // namespace

int main(int argc, char** argv) {
  quoth::ServerOptions options;
  options.hostname = "mail.example.org";
  options.listen = {argc > 1 ? argv[1] : "127.0.0.1:2587"};
  options.tls.mode = quoth::TlsMode::required;
  options.auth.mechanisms = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS",
                             "SCRAM-SHA-1",        "PLAIN",         "LOGIN"};
  options.auth.is_required = true;

  quoth::Server server{options};
  server.on<event::Auth>("ann", check);
  server.on<event::Rcpt>("all", [](event::Rcpt&) { return quoth::accept(); });
  server.on<event::Message>("print", [](event::Message& message) {
    std::cout << message.session.user() << " by " << message.session.auth_mechanism() << " over "
              << message.session.tls()->version << ":\n"
              << message.content() << std::flush;
    return quoth::accept();
  });
  return server.run();
}
