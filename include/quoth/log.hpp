#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

namespace quoth {

/// How much a line matters. What a peer does wrong is `info`, a failure of the world (disk,
/// network) is `warn`, a bug or a handler that threw is `error`.
enum class LogLevel : std::uint8_t { debug, info, warn, error };

/// What a line tells; the name in the log is `log_event_name()`.
enum class LogEvent : std::uint8_t {
  server_started,      ///< "server.started"
  server_stopping,     ///< "server.stopping"
  server_stopped,      ///< "server.stopped": with the counters of its defences that are not zero
  server_counters,     ///< "server.counters": the same while it runs, by Server::log_counters()
  accept_failed,       ///< "accept.failed"
  connection_refused,  ///< "connection.refused": over a limit, or by a handler
  session_ended,       ///< "session.ended": a connection that brought no message
  smtp_in,             ///< "smtp.in": one transaction, whatever became of it
  tls_failed,          ///< "tls.failed": a handshake did not come about
  tls_reloaded,        ///< "tls.reloaded": new certificates, or why the old ones stay
  proxy_failed,        ///< "proxy.failed": a trusted peer began without a PROXY header
  login,               ///< "login": AUTH, whatever became of it
  handler_failed,      ///< "handler.failed": threw, or waited too long
  delivery_failed,     ///< "delivery.failed": the store could not take a message
  leftovers_removed,   ///< "leftovers.removed": files of a crashed run
  defence,         ///< "defence": a client that means no good was met, or the server is overloaded
  config_warning,  ///< "config.warning": a setting that may not be meant
};

[[nodiscard]] std::string_view log_event_name(LogEvent event) noexcept;
[[nodiscard]] std::string_view log_level_name(LogLevel level) noexcept;

/// One value of a line. Text may come from the wire: whoever writes the line escapes it. A list of
/// texts is written as a list.
using LogValue =
    std::variant<std::string_view, std::int64_t, double, bool, std::span<const std::string_view>>;

struct LogField {
  std::string_view key;  ///< Letters, digits and underscores of ASCII: written as it is.
  LogValue value;
};

/// Where a server's lines go. The library has no other output than this.
class Log {
 public:
  virtual ~Log() = default;

  /// Asked before a line is put together, so that a level which is off costs one call.
  [[nodiscard]] virtual bool wants(LogLevel level) const noexcept = 0;

  /// Writes one line. What `fields` view ends with the call. Called from any thread; must not
  /// throw, and must not block for long, since a session waits for it.
  virtual void write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept = 0;

  /// The same for a line whose fields stand at the call.
  void write(LogLevel level, LogEvent event, std::initializer_list<LogField> fields) noexcept {
    write(level, event, std::span<const LogField>{fields.begin(), fields.size()});
  }
};

/// Writes nothing: the default of a library. Lives as long as the program.
[[nodiscard]] Log& no_log() noexcept;

}  // namespace quoth
