#pragma once

#include <string>

namespace quoth::app {

/// Whether somebody sits at standard input.
[[nodiscard]] bool is_terminal();

/// Reads one line from standard input, up to LF, CRLF or its end. On a terminal it says `prompt` on
/// stderr, and what is typed is not shown; the terminal is as before at the end, also if a signal
/// ends the program.
/// @throws Failure if it has no end, more than one line, or cannot be read.
[[nodiscard]] std::string read_password_line(const std::string& prompt);

}  // namespace quoth::app
