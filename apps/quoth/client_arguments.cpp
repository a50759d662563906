#include "apps/quoth/client_arguments.hpp"

#include <fstream>
#include <ios>
#include <iostream>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"
#include "apps/quoth/exit_code.hpp"

namespace quoth::app {

Failure usage_failure(std::string_view message, std::string_view advice) {
  return {message, advice, ExitCode::usage};
}

conform::Target resolve_target(const std::string& server, std::string_view example) {
  try {
    return conform::Target::resolve(server);
  } catch (const std::invalid_argument& error) {
    throw usage_failure(escaped_line(error.what()), example);
  } catch (const std::runtime_error& error) {
    throw Failure{escaped_line(error.what()), "name the server by its address, as 192.0.2.1:25",
                  ExitCode::unavailable};
  }
}

void check_mailbox(std::string_view option, std::string_view mailbox) {
  for (const char c : mailbox) {
    if (c == '\r' || c == '\n' || c == '\0' || c == '<' || c == '>') {
      throw usage_failure(fmt::format("`{}` is no mailbox", option),
                          "write it without <>, as a@b.example");
    }
  }
}

std::string read_password(const std::string& name) {
  std::string password;
  std::ifstream file;
  if (!name.empty()) file.open(name, std::ios::binary);
  std::istream& source = name.empty() ? std::cin : file;
  if (!std::getline(source, password)) {
    const std::string where = name.empty() ? "standard input" : escaped_line(name);
    throw Failure{fmt::format("{} has no password", where),
                  "write it into a file, and name that by `--password-file`", ExitCode::io};
  }
  if (password.ends_with('\r')) password.pop_back();
  return password;
}

}  // namespace quoth::app
