#pragma once

#include <cstddef>
#include <string>

namespace quoth::bench {

/// A message of about `octets` octets: a header section, then lines of 76 characters, some of which
/// begin with a dot.
[[nodiscard]] inline std::string message(std::size_t octets) {
  std::string text = "From: <bob@there.test>\r\nTo: <ann@example.test>\r\nSubject: a test\r\n\r\n";
  for (int line = 0; text.size() < octets; ++line) {
    text += line % 20 == 19 ? ".." : "";
    text.append(76, static_cast<char>('a' + line % 26));
    text += "\r\n";
  }
  return text;
}

}  // namespace quoth::bench
