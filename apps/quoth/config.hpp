#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <quoth/log.hpp>
#include <quoth/server_options.hpp>
#include <quoth/smtp/limits.hpp>
#include <quoth/tls.hpp>

namespace quoth::app {

/// What a listener is there for.
enum class Role : std::uint8_t {
  mx,          ///< Takes mail for its domains, by SMTP.
  submission,  ///< Takes mail of our own users, who log in, for anybody (RFC 6409).
  lmtp,        ///< As mx, from a mail system nearby, by LMTP.
  dev,         ///< For developers: believes everybody, takes everything, relays nothing.
};

/// Who may log in, and how.
struct Logins {
  std::string users_file;  ///< Key `users`; empty: none.
  /// Fingerprint, as PeerCertificate has it, to user.
  std::map<std::string, std::string, std::less<>> certificates;
  AuthOptions options;
};

/// Who may send to domains that the listener does not accept.
struct RelayRule {
  bool for_authenticated = false;
  std::vector<std::string> networks;

  [[nodiscard]] bool is_possible() const noexcept { return for_authenticated || !networks.empty(); }
};

/// User to the patterns of the addresses that he may send as.
using Senders = std::map<std::string, std::vector<std::string>, std::less<>>;

/// One server: where it listens and whose mail it takes.
struct Listener {
  std::vector<std::string> listen{"127.0.0.1:1025"};  ///< As ServerOptions::listen.
  std::vector<std::string> accept{"*"};  ///< Domains, "*.example.org" (subdomains) or "*" (all).
  std::string alias = "smtpd";           ///< In the log and the ready file; key `name`.
  unsigned unix_mode = 0660;             ///< Of a Unix socket; key `mode`.
  Role role = Role::mx;
  TlsMode tls = TlsMode::off;
  Logins auth;
  RelayRule relay;
  TrustOptions trust;
  Senders senders;       ///< Role::submission alone.
  smtp::TextRules text;  ///< Keys `line_ends`, `long_lines` and `nul`.
  /// By keyword in upper case: whether it is offered. The others are as the role has them.
  std::map<std::string, bool, std::less<>> extensions;
};

/// What listens where no file says what to do.
[[nodiscard]] Listener dev_listener();

/// "SCRAM-SHA-256" …: how a listener's users may log in, if the file does not say.
[[nodiscard]] std::vector<std::string> default_mechanisms(Role role, const Logins& logins);

/// Where mail for a domain goes: "maildir:PATH" or "discard".
struct MailRoute {
  std::string domain;  ///< A domain, "*.example.org" or "*"; the most specific one wins.
  std::string via;
};

enum class LogFormat { automatic, text, json };

struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::automatic;  ///< Text on a terminal, else JSON.
};

/// Domain pattern to patterns of local parts, where `*` stands for any octets.
using Recipients = std::map<std::string, std::vector<std::string>>;

/// What `quoth serve` does. As it stands, without a file: takes mail for every address, on loopback
/// only, and stores it below the current folder.
struct Config {
  std::string hostname;     ///< Empty: the machine's own.
  std::string user;         ///< Who the program becomes once all is bound; empty: stays who it is.
  std::size_t threads = 0;  ///< Event loops of each server; 0: one a core.
  std::vector<Listener> listeners{dev_listener()};
  std::optional<Recipients> recipients;  ///< None: everyone at the accepted domains.
  std::vector<MailRoute> routes{{.domain = "*", .via = "maildir:./mail/{domain}/{local}"}};
  TlsOptions tls;  ///< For all listeners, but for the mode.
  smtp::Limits limits;
  ConnectionLimits connections;
  Timeouts timeouts;
  Defences defences;
  std::size_t memory_bytes = ServerOptions{}.memory_bytes;
  std::chrono::milliseconds grace = ServerOptions{}.grace;
  LogConfig log;
};

}  // namespace quoth::app
