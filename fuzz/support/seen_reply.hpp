#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <vector>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"

namespace quoth::fuzz {

/// One reply as a client reads it.
struct SeenReply {
  unsigned code = 0;
  std::string_view last_line;

  [[nodiscard]] bool is_positive() const noexcept { return code < 400; }
  /// Whether the server says that nothing follows.
  [[nodiscard]] bool closes() const noexcept {
    return code == 221 || code == 421 || last_line.ends_with("closing connection") ||
           last_line.ends_with("must end with CRLF");
  }
};

/// Whether an octet may stand in a reply (RFC 5321 §4.2).
inline bool is_reply_octet(char c) noexcept { return !ascii::is_control(c) && !ascii::is_high(c); }

/// Parts what a server says into its replies, and sees that they are some (RFC 5321 §4.2,
/// §4.5.3.1.5).
inline std::vector<SeenReply> parse_replies(std::string_view out) {
  std::vector<SeenReply> replies;
  bool is_whole = true;
  while (!out.empty()) {
    const std::size_t end = out.find("\r\n");
    QUOTH_ASSERT(end != std::string_view::npos && end >= 4 && end + 2 <= 512);
    const std::string_view line = out.substr(0, end);
    out.remove_prefix(end + 2);
    QUOTH_ASSERT(std::ranges::all_of(line, is_reply_octet));
    SeenReply reply{.code = 0, .last_line = line};
    const char* const code_end = line.data() + 3;
    const auto [stop, error] = std::from_chars(line.data(), code_end, reply.code);
    QUOTH_ASSERT(error == std::errc{} && stop == code_end);
    QUOTH_ASSERT(reply.code >= 200 && reply.code <= 599);
    QUOTH_ASSERT(line[3] == ' ' || line[3] == '-');
    is_whole = line[3] == ' ';
    if (is_whole) replies.push_back(reply);
  }
  QUOTH_ASSERT(is_whole);
  return replies;
}

}  // namespace quoth::fuzz
