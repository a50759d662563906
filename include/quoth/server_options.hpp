#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <quoth/clock.hpp>
#include <quoth/log.hpp>
#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/protocol.hpp>
#include <quoth/tls.hpp>

namespace quoth {

/// How long a server waits for its client. Then it says 421 4.4.2 and closes.
struct Timeouts {
  /// For the next command, and for a command to be finished (RFC 5321 §4.5.3.2.7: 5 min).
  std::chrono::milliseconds command = std::chrono::minutes{5};
  /// For the next octets of a message.
  std::chrono::milliseconds data = std::chrono::minutes{5};
  /// For the rest of a message that is refused already: then the refusal comes at once, and the
  /// connection is closed.
  std::chrono::milliseconds refused_message = std::chrono::minutes{2};
  /// For the header of the PROXY protocol, where one has to come.
  std::chrono::milliseconds proxy_header = std::chrono::seconds{10};
  /// For the client to take what the server has written.
  std::chrono::milliseconds write = std::chrono::minutes{1};
  /// For a handler that waits, at commands and at `Headers`: then it is cancelled, and the client
  /// gets 451 4.3.0.
  std::chrono::milliseconds handler = std::chrono::seconds{30};
  /// For a handler that waits, at `Message`.
  std::chrono::milliseconds message_handler = std::chrono::minutes{5};
};

/// What all clients together, and one of them, may hold. Unix sockets count in the total alone. All
/// is decided before the banner.
struct ConnectionLimits {
  std::size_t total = 10000;  ///< Connections at a time; the next gets 421 4.3.2.
  std::size_t per_ip = 20;    ///< The same of one address: 421 4.7.0.
  /// The same of one network: the /64 of an IPv6 address, the /24 of an IPv4 one. None: any number.
  std::optional<std::size_t> per_network{};
  /// New connections a minute of one address; so many may come at once. None: any number.
  std::optional<std::size_t> ip_rate{};
  /// The same of one network.
  std::optional<std::size_t> network_rate{};
};

/// What a server does against clients that mean no good, besides its limits. No honest client waits
/// longer for any of it than `banner_delay`.
struct Defences {
  /// Clients that talk before the banner get 554 5.5.0 in its place, and are gone.
  bool refuse_early_talkers = true;
  /// How long the banner waits for such a client to give itself away; at most 3 s.
  std::chrono::milliseconds banner_delay{0};
  /// Clients that send on before the reply to HELO, EHLO or LHLO get 554 5.5.0, and are gone: none
  /// of them can know yet that PIPELINING is offered (RFC 2920 §3.1).
  bool refuse_bad_pipelining = true;
  /// Octets a second that a message must make on the whole, once it has taken `data_grace`. None:
  /// however slow.
  std::optional<std::size_t> data_rate = 500;
  std::chrono::milliseconds data_grace = std::chrono::minutes{5};
  /// Percent of ConnectionLimits::total from which on the server is overloaded: then no client may
  /// be silent for longer than `overload_timeout`, which is the grace of messages, too. 1 to 100;
  /// none: never.
  std::optional<unsigned> overload_percent = 80;
  std::chrono::milliseconds overload_timeout = std::chrono::seconds{10};
};

/// Who may prove who he is, and how (RFC 4954). The handlers of `Auth` decide.
struct AuthOptions {
  /// As EHLO lists them: "SCRAM-SHA-256", "PLAIN" …; those that the connection lacks something for
  /// are left out. Empty: no AUTH.
  std::vector<std::string> mechanisms{};
  /// Whether mechanisms that show the password, or a token, will do without TLS.
  bool plain_text_in_clear = false;
  /// Whether MAIL needs it: 530 5.7.0 otherwise.
  bool is_required = false;
  /// How long a failure waits for its reply: `first_delay`, and twice as long with each one more of
  /// the same user and network, up to `longest_delay`.
  std::chrono::milliseconds first_delay{250};
  std::chrono::milliseconds longest_delay = std::chrono::seconds{3};
  /// Failures of one network within `failure_window`; then its clients get 421 4.7.0 for AUTH.
  /// None: any number.
  std::optional<std::size_t> failures = 30;
  std::chrono::seconds failure_window = std::chrono::minutes{10};
  /// Exchanges of one connection that came to nothing, whatever for; the last one gets 421 4.7.0 in
  /// its reply's place. None: any number.
  std::optional<std::size_t> attempts = 5;
};

/// Whom a server believes what they say about others. Each is a network ("10.0.0.0/8"), an address,
/// or "unix" for all of a Unix socket. Nobody, by default.
struct TrustOptions {
  /// These begin each connection with a header of the PROXY protocol, version 1 or 2.
  std::vector<std::string> proxy{};
  std::vector<std::string> xclient{};
  std::vector<std::string> xforward{};
};

/// How a server listens and what it allows. Each default is safe on the public Internet.
struct ServerOptions {
  /// Our fully qualified name, for the banner, EHLO and Received (RFC 5321 §4.1.1.1). Empty: the
  /// machine's own.
  std::string hostname{};
  /// Each "address:port" (IPv6 in brackets; port 0: the system chooses one), "unix:/path", or
  /// "fd:NAME" for the sockets of that name that the process was started with (systemd's socket
  /// activation).
  std::vector<std::string> listen{"127.0.0.1:2525"};
  /// Tells servers of one process apart, in the log and for handlers.
  std::string alias = "smtpd";
  /// Event loops, each on a thread of its own. Handlers of more than one run at the same time. 0:
  /// one for each core that the process may use. serve() takes the caller's one loop whatever this
  /// says.
  std::size_t threads = 1;
  /// Permissions of a Unix socket's file.
  unsigned unix_mode = 0660;
  /// What is spoken on all of its addresses.
  smtp::Protocol protocol = smtp::Protocol::smtp;
  /// Extensions by their EHLO keyword in upper case: whether they are offered. One that does not
  /// stand here is offered if it is by default.
  std::map<std::string, bool, std::less<>> extensions{};
  smtp::Limits limits{};
  TlsOptions tls{};
  AuthOptions auth{};
  TrustOptions trust{};
  Timeouts timeouts{};
  ConnectionLimits connections{};
  Defences defences{};
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
