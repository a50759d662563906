#pragma once

#include <functional>
#include <string>

#include "apps/quoth/command_line.hpp"

namespace quoth::app {

/// Asks for a password; `prompt` is for a person. @throws Failure if there is none.
using PasswordSource = std::function<std::string(const std::string& prompt)>;

/// `quoth passwd`: users and their passwords in a users file.
/// @param is_asked_twice whether somebody types, and may mistype.
/// @throws Failure if it cannot do what it was told; then the file is as it was.
[[nodiscard]] Finished passwd_command(const PasswdArguments& arguments,
                                      const PasswordSource& read_password, bool is_asked_twice);

/// The same with standard input: a terminal is asked without echo, twice for a new password.
[[nodiscard]] Finished passwd_command(const PasswdArguments& arguments);

}  // namespace quoth::app
