#pragma once

#include <string>

namespace quoth::app {

/// An address that a server has got, with its real port.
struct Listening {
  std::string server;       ///< The listener's name.
  std::string address;      ///< "127.0.0.1:41234", "unix:/path".
  std::string host;         ///< Empty: a Unix socket.
  unsigned short port = 0;  ///< 0: a Unix socket.
  std::string path;         ///< Of a Unix socket.
};

}  // namespace quoth::app
