#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quoth::app {

/// What `quoth conform` is told on the command line.
struct ConformArguments {
  std::string server;  ///< HOST:PORT or unix:/path. Empty: only with `list`.
  std::string rcpt = "postmaster";
  std::string unknown_rcpt;  ///< Empty: none was named.
  std::string sender = "conform@example.org";
  std::string maildir;            ///< Empty: none was named.
  std::vector<std::string> only;  ///< Empty: all cases.
  double timeout_seconds = 10;
  std::size_t jobs = 8;
  std::string user;           ///< Empty: nobody logs in.
  std::string password_file;  ///< Empty: standard input.
  bool is_lmtp = false;
  bool tls = false;
  bool starttls = false;
  bool proxy = false;
  bool xclient = false;
  bool submission = false;
  bool own_sender = false;
  bool json = false;
  bool list = false;
};

}  // namespace quoth::app
