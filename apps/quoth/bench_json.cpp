#include <chrono>
#include <iterator>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/bench_report.hpp"
#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

using bench::Report;

void append_text(std::string_view key, std::string_view text, std::string& out) {
  append_json(key, out);
  out += ": ";
  append_json(text, out);
}

template <class T>
std::string or_null(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : std::string{"null"};
}

std::string_view name(bench::Tls tls) noexcept {
  switch (tls) {
    case bench::Tls::none: return "none";
    case bench::Tls::starttls: return "starttls";
    case bench::Tls::implicit: return "implicit";
  }
  return "";
}

void append_scenario(const Report& report, std::string& out) {
  const bench::Scenario& of = report.scenario;
  fmt::format_to(
      std::back_inserter(out),
      "  \"scenario\": {{\"connections\": {}, \"per_connection\": {}, \"size\": {}, "
      "\"recipients\": {}, \"pipelining\": {}, \"bdat\": {}, \"chunk\": {}, \"tls\": \"{}\", "
      "\"resume\": {}, \"lmtp\": {}, \"auth\": {}, \"rate\": {}, \"idle\": {}, "
      "\"threads\": {}, \"spin\": {}}},\n",
      of.connections, of.per_connection, of.size, of.recipients, of.is_pipelining, of.is_bdat,
      of.chunk == 0 ? "null" : fmt::format("{}", of.chunk), name(of.tls), of.is_resuming,
      of.is_lmtp, report.has_login, or_null(of.rate), of.idle, of.threads,
      of.is_spinning);
}

void append_unexpected(const Report& report, std::string& out) {
  out += "  \"unexpected\": [";
  for (const bench::Unexpected& each : report.tally.unexpected) {
    out += &each == &report.tally.unexpected.front() ? "{" : ", {";
    append_text("command", each.command, out);
    out += ", ";
    append_text("reply", each.reply, out);
    fmt::format_to(std::back_inserter(out), ", \"count\": {}}}", each.count);
  }
  out += "],\n";
}

double milliseconds(bench::Histogram::Duration time) noexcept {
  return std::chrono::duration<double, std::milli>(time).count();
}

void append_latency(const bench::Histogram& latency, std::string& out) {
  if (latency.count() == 0) {
    out += "  \"latency_ms\": null,\n";
    return;
  }
  fmt::format_to(std::back_inserter(out),
                 "  \"latency_ms\": {{\"p50\": {:.4f}, \"p90\": {:.4f}, \"p99\": {:.4f}, "
                 "\"p99_9\": {:.4f}, \"max\": {:.4f}, \"mean\": {:.4f}}},\n",
                 milliseconds(latency.quantile(0.5)), milliseconds(latency.quantile(0.9)),
                 milliseconds(latency.quantile(0.99)), milliseconds(latency.quantile(0.999)),
                 milliseconds(latency.max()), milliseconds(latency.mean()));
}

/// Of one message; null: there was none.
std::string per_message(double whole, const Report& report) {
  if (report.tally.messages == 0) return "null";
  return fmt::format("{:.3f}", whole / static_cast<double>(report.tally.messages));
}

void append_server(const Report& report, std::string& out) {
  if (!report.server) {
    out += "  \"server\": null,\n";
    return;
  }
  const bench::ServerUse& use = *report.server;
  fmt::format_to(std::back_inserter(out),
                 "  \"server\": {{\"cpu_us_per_message\": {}, \"user_us_per_message\": {}, "
                 "\"system_us_per_message\": {}, \"memory_kib\": {}, \"memory_peak_kib\": {}, "
                 "\"processes\": {}}},\n",
                 per_message(use.user_us + use.system_us, report), per_message(use.user_us, report),
                 per_message(use.system_us, report), or_null(use.memory_kib),
                 or_null(use.memory_peak_kib), use.processes);
}

void append_idle(const Report& report, std::string& out) {
  if (!report.idle) {
    out += "  \"idle\": null,\n";
    return;
  }
  const bench::IdleUse& use = *report.idle;
  const std::optional<double> each = use.kib_per_connection();
  fmt::format_to(std::back_inserter(out),
                 "  \"idle\": {{\"connections\": {}, \"memory_before_kib\": {}, "
                 "\"memory_kib\": {}, \"kib_per_connection\": {}}},\n",
                 use.connections, or_null(use.memory_before_kib), or_null(use.memory_kib),
                 each ? fmt::format("{:.3f}", *each) : "null");
}

void append_end(const Report& report, std::string& out) {
  const bool has_rate = report.scenario.rate.has_value();
  fmt::format_to(std::back_inserter(out),
                 "  \"rate_held\": {}, \"behind\": {},\n  \"interrupted\": {},\n  \"problem\": ",
                 has_rate ? fmt::format("{}", report.is_rate_held) : "null",
                 has_rate ? fmt::format("{}", report.tally.behind) : "null", report.is_interrupted);
  if (report.problem.empty()) {
    out += "null";
  } else {
    append_json(report.problem, out);
  }
  out += "\n}\n";
}

}  // namespace

std::string bench_json(const Report& report) {
  std::string out = "{\n  ";
  append_text("target", report.target, out);
  out += ", ";
  append_text("quoth", version(), out);
  out += ",\n";
  append_scenario(report, out);
  fmt::format_to(std::back_inserter(out),
                 "  \"messages\": {}, \"failed\": {}, \"connections\": {},\n",
                 report.tally.messages, report.tally.failed, report.tally.connections);
  append_unexpected(report, out);
  fmt::format_to(std::back_inserter(out),
                 "  \"seconds\": {:.6f}, \"messages_per_second\": {:.3f}, "
                 "\"octets_per_second\": {:.1f},\n",
                 report.seconds, report.per_second(),
                 report.per_second() * static_cast<double>(report.scenario.size));
  append_latency(report.tally.latency, out);
  fmt::format_to(std::back_inserter(out),
                 "  \"handshakes\": {{\"full\": {}, \"resumed\": {}}},\n"
                 "  \"generator\": {{\"cpu_us_per_message\": {}, \"cpu_percent\": {:.1f}}},\n",
                 report.tally.handshakes, report.tally.resumptions,
                 per_message(report.generator_us, report), report.generator_percent);
  append_server(report, out);
  append_idle(report, out);
  append_end(report, out);
  return out;
}

}  // namespace quoth::app
