#include <quoth/log.hpp>

#include <span>
#include <string_view>

namespace quoth {
namespace {

class NoLog final : public Log {
 public:
  [[nodiscard]] bool wants(LogLevel /*level*/) const noexcept override { return false; }
  void write(LogLevel /*level*/, LogEvent /*event*/,
             std::span<const LogField> /*fields*/) noexcept override {}
};

}  // namespace

std::string_view log_event_name(LogEvent event) noexcept {
  switch (event) {
    case LogEvent::server_started: return "server.started";
    case LogEvent::server_stopping: return "server.stopping";
    case LogEvent::server_stopped: return "server.stopped";
    case LogEvent::server_counters: return "server.counters";
    case LogEvent::accept_failed: return "accept.failed";
    case LogEvent::connection_refused: return "connection.refused";
    case LogEvent::session_ended: return "session.ended";
    case LogEvent::smtp_in: return "smtp.in";
    case LogEvent::tls_failed: return "tls.failed";
    case LogEvent::tls_reloaded: return "tls.reloaded";
    case LogEvent::proxy_failed: return "proxy.failed";
    case LogEvent::login: return "login";
    case LogEvent::handler_failed: return "handler.failed";
    case LogEvent::delivery_failed: return "delivery.failed";
    case LogEvent::leftovers_removed: return "leftovers.removed";
    case LogEvent::defence: return "defence";
    case LogEvent::config_warning: return "config.warning";
  }
  return "unknown";
}

std::string_view log_level_name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  return "unknown";
}

Log& no_log() noexcept {
  static NoLog log;
  return log;
}

}  // namespace quoth
