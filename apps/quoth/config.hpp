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

namespace quoth::app {

/// What a listener is there for.
enum class Role : std::uint8_t {
  mx,    ///< Takes mail for its domains, by SMTP.
  lmtp,  ///< The same from a mail system nearby, by LMTP.
};

/// One server: where it listens and whose mail it takes.
struct Listener {
  std::vector<std::string> listen{"127.0.0.1:1025"};  ///< As ServerOptions::listen.
  std::vector<std::string> accept{"*"};  ///< Domains, "*.example.org" (subdomains) or "*" (all).
  std::string alias = "smtpd";           ///< In the log and the ready file; key `name`.
  unsigned unix_mode = 0660;             ///< Of a Unix socket; key `mode`.
  Role role = Role::mx;
  smtp::TextRules text;  ///< Keys `line_ends`, `long_lines` and `nul`.
  /// By keyword in upper case: whether it is offered. The others are as the role has them.
  std::map<std::string, bool, std::less<>> extensions;
};

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
  std::vector<Listener> listeners{Listener{}};
  std::optional<Recipients> recipients;  ///< None: everyone at the accepted domains.
  std::vector<MailRoute> routes{{.domain = "*", .via = "maildir:./mail/{domain}/{local}"}};
  smtp::Limits limits;
  ConnectionLimits connections;
  Timeouts timeouts;
  Defences defences;
  std::size_t memory_bytes = ServerOptions{}.memory_bytes;
  std::chrono::milliseconds grace = ServerOptions{}.grace;
  LogConfig log;
};

}  // namespace quoth::app
