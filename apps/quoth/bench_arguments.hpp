#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace quoth::app {

/// What `quoth bench` is told on the command line. Sizes and times are as they were written.
struct BenchArguments {
  std::string server;  ///< HOST:PORT or unix:/path.
  std::size_t connections = 10;
  std::uint64_t messages = 0;  ///< 0: not given.
  std::string duration;        ///< Empty: not given.
  std::string warm_up;         ///< Empty: none.
  std::uint64_t per_connection = 1;
  std::string size = "1KiB";
  std::size_t recipients = 1;
  std::string chunk;  ///< Empty: all of the text at once.
  std::string from = "bench@example.org";
  std::string to = "bench@example.org";
  std::string helo = "bench.example.org";
  std::string user;           ///< Empty: nobody logs in.
  std::string password_file;  ///< Empty: standard input.
  std::size_t idle = 0;
  std::string hold = "2s";
  double rate = 0;  ///< 0: not given.
  std::size_t threads = 1;
  std::string spawn;  ///< Empty: the server runs.
  int pid = 0;        ///< 0: not given.
  std::string timeout = "30s";
  bool pipelining = false;
  bool bdat = false;
  bool starttls = false;
  bool tls = false;
  bool resume = false;
  bool spin = false;
  bool lmtp = false;
  bool json = false;
};

}  // namespace quoth::app
