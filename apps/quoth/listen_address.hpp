#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace quoth::app {

/// Where a server listens, taken apart.
struct ListenAddress {
  std::string host;          ///< An IP address as octets in network order; empty: a Unix socket.
  bool is_wildcard = false;  ///< All addresses of the machine.
  unsigned short port = 0;   ///< 0: the system chooses.
  std::string path;          ///< Of a Unix socket.
  std::string inherited;     ///< The name of sockets that are handed in; empty: none.

  /// Whether both cannot be listened on at a time.
  [[nodiscard]] bool collides_with(const ListenAddress& other) const;
};

/// Takes "127.0.0.1:25", "[::1]:25", "unix:/path" or "fd:NAME" apart; else says in a few words what
/// to write.
[[nodiscard]] std::variant<ListenAddress, std::string> parse_listen_address(std::string_view text);

}  // namespace quoth::app
