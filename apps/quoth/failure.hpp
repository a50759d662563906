#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "apps/quoth/exit_code.hpp"

namespace quoth::app {

/// Why the program ends, as people are told: what happened, then what to do, then the exit code.
/// `advice` may have several lines, or be empty.
[[nodiscard]] std::string failure_text(std::string_view message, std::string_view advice,
                                       ExitCode code);

/// Ends the program from somewhere inside it; what() is a failure_text().
class Failure : public std::runtime_error {
 public:
  Failure(std::string_view message, std::string_view advice, ExitCode code);

  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// The system's words for an error of errno, as a part of a sentence.
[[nodiscard]] std::string system_message(int error);

/// The exit code that fits an error of errno met while opening files or sockets.
[[nodiscard]] ExitCode exit_code_of(int error) noexcept;

}  // namespace quoth::app
