#include "apps/quoth/failure.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace quoth::app {

std::string failure_text(std::string_view message, std::string_view advice, ExitCode code) {
  std::string out = fmt::format("error: {}", message);
  while (!advice.empty()) {
    const std::size_t end = std::min(advice.find('\n'), advice.size());
    out += fmt::format("\n  {}", advice.substr(0, end));
    advice.remove_prefix(std::min(end + 1, advice.size()));
  }
  return fmt::format("{}        (exit {})\n", out, static_cast<int>(code));
}

Failure::Failure(std::string_view message, std::string_view advice, ExitCode code)
    : std::runtime_error{failure_text(message, advice, code)}, code_{code} {}

std::string system_message(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

ExitCode exit_code_of(int error) noexcept {
  switch (error) {
    case EACCES:
    case EPERM: return ExitCode::no_permission;
    case EADDRINUSE:
    case EADDRNOTAVAIL: return ExitCode::unavailable;
    case ENOSPC:
    case EIO:
    case EROFS:
    case ENOENT:
    case ENOTDIR: return ExitCode::io;
    default: return ExitCode::os;
  }
}

}  // namespace quoth::app
