#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <quoth/clock.hpp>
#include <quoth/log.hpp>
#include <quoth/smtp/limits.hpp>

namespace quoth {

/// How long a server waits for its client. Then it says 421 4.4.2 and closes.
struct Timeouts {
  /// For the next command, and for a command to be finished (RFC 5321 §4.5.3.2.7: 5 min).
  std::chrono::milliseconds command = std::chrono::minutes{5};
  /// For the next octets of a message.
  std::chrono::milliseconds data = std::chrono::minutes{5};
  /// For the client to take what the server has written.
  std::chrono::milliseconds write = std::chrono::minutes{1};
  /// For a handler that waits, at commands: then it is cancelled, and the client gets 451 4.3.0.
  std::chrono::milliseconds handler = std::chrono::seconds{30};
  /// For a handler that waits, at `Message`.
  std::chrono::milliseconds message_handler = std::chrono::minutes{5};
};

/// What all clients together, and one of them, may hold.
struct ConnectionLimits {
  std::size_t total = 10000;  ///< Connections at a time; the next gets 421 4.3.2.
  std::size_t per_ip = 20;    ///< The same of one address; Unix sockets are not counted.
};

/// How a server listens and what it allows. Each default is safe on the public Internet.
struct ServerOptions {
  /// Our fully qualified name, for the banner, EHLO and Received (RFC 5321 §4.1.1.1). Empty: the
  /// machine's own.
  std::string hostname{};
  /// Each "address:port" (IPv6 in brackets; port 0: the system chooses one) or "unix:/path".
  std::vector<std::string> listen{"127.0.0.1:2525"};
  /// Tells servers of one process apart, in the log and for handlers.
  std::string alias = "smtpd";
  /// Event loops, each on a thread of its own. Handlers of more than one run at the same time. 0:
  /// one a core. serve() takes the caller's one loop whatever this says.
  std::size_t threads = 1;
  /// Permissions of a Unix socket's file.
  unsigned unix_mode = 0660;
  smtp::Limits limits{};
  Timeouts timeouts{};
  ConnectionLimits connections{};
  /// Octets of memory that all clients together may fill with buffers, envelopes and messages.
  /// Over it a message goes to a file earlier, a recipient gets 452, a new connection 421.
  std::size_t memory_bytes = std::size_t{192} << 20U;
  /// A message that a handler wants whole stays in memory up to here, and goes to a file beyond.
  std::size_t content_in_memory_bytes = std::size_t{256} << 10U;
  /// Where those files are made; they have no name there and vanish with the process. Empty: the
  /// system's folder for temporary files that live on disk (/var/tmp).
  std::string spool_directory{};
  /// How long a stop lets running transactions go on, before they are cut.
  std::chrono::milliseconds grace = std::chrono::seconds{30};
  /// Where log lines go. Borrowed: it must outlive the server.
  Log* log = &no_log();
  /// The time of day. Borrowed: it must outlive the server.
  const Clock* clock = &system_clock();
};

}  // namespace quoth
