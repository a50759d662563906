// A stranger's server whose clients log in from a users file.
#include <cstdlib>
#include <exception>
#include <iostream>

#include <quoth/server.hpp>
#include <quoth/users_file.hpp>

int main() {
  quoth::ServerOptions options;
  options.hostname = "mx.example.org";
  options.listen = {"127.0.0.1:0"};
  quoth::Server server{options};
  quoth::UsersFileOptions users;
  users.path = "/nonexistent/users";
  const auto plugin = quoth::users_file(users);
  std::cout << plugin->name() << '\n';
  try {
    plugin->start(quoth::no_log());
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return EXIT_SUCCESS;
  }
  return EXIT_FAILURE;
}
