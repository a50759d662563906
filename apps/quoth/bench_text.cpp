#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/quoth/bench_report.hpp"
#include "apps/quoth/diagnostics.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/units.hpp"

namespace quoth::app {
namespace {

using bench::Report;

constexpr double busy_percent = 90;

void add_line(std::string_view what, std::string_view text, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:<12} {}\n", what, text);
}

std::string load_text(const bench::Scenario& of) {
  std::string text = fmt::format("{} of {}", counted(of.connections, "connection"),
                                 size_text(of.size) + " messages");
  if (of.per_connection == 0) {
    text += ", all on the same ones";
  } else {
    text += fmt::format(", {} on each", of.per_connection);
  }
  if (of.recipients > 1) text += fmt::format(", {} recipients", of.recipients);
  if (of.is_pipelining) text += ", pipelining";
  if (of.is_bdat) text += ", BDAT";
  return text;
}

std::string scenario_text(const Report& report) {
  const bench::Scenario& of = report.scenario;
  std::string text = report.has_load ? load_text(of) : "no load";
  if (of.is_lmtp) text += ", LMTP";
  if (of.tls == bench::Tls::starttls) text += ", STARTTLS";
  if (of.tls == bench::Tls::implicit) text += ", TLS";
  if (of.is_resuming) text += " resumed";
  if (report.has_login) text += ", AUTH";
  if (of.rate) text += fmt::format(", {:g}/s wanted", *of.rate);
  if (of.idle > 0) text += fmt::format(", {} idle", of.idle);
  return text;
}

std::string time_text(bench::Histogram::Duration time) {
  const double ms = std::chrono::duration<double, std::milli>(time).count();
  if (ms < 10) return fmt::format("{:.2f} ms", ms);
  if (ms < 10'000) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.1f} s", ms / 1000);
}

void add_latency(const bench::Histogram& latency, std::string& out) {
  if (latency.count() == 0) return;
  add_line(
      "latency",
      fmt::format("p50 {}   p90 {}   p99 {}   p99.9 {}   max {}", time_text(latency.quantile(0.5)),
                  time_text(latency.quantile(0.9)), time_text(latency.quantile(0.99)),
                  time_text(latency.quantile(0.999)), time_text(latency.max())),
      out);
}

double per_message(double whole, const Report& report) noexcept {
  return report.tally.messages == 0 ? 0 : whole / static_cast<double>(report.tally.messages);
}

std::string memory_text(std::optional<std::uint64_t> kib) {
  return kib ? size_text(*kib * 1024) : "unknown";
}

void add_server(const Report& report, std::string& out) {
  if (!report.server) return;
  const bench::ServerUse& use = *report.server;
  if (report.tally.messages > 0) {
    add_line("server CPU",
             fmt::format("{:.1f} µs a message (user {:.1f}, system {:.1f})",
                         per_message(use.user_us + use.system_us, report),
                         per_message(use.user_us, report), per_message(use.system_us, report)),
             out);
  }
  add_line(
      "memory",
      fmt::format("{} in {}, at most {}", memory_text(use.memory_kib),
                  use.processes == 1 ? "1 process" : fmt::format("{} processes", use.processes),
                  memory_text(use.memory_peak_kib)),
      out);
}

void add_idle(const Report& report, std::string& out) {
  if (!report.idle) return;
  const bench::IdleUse& use = *report.idle;
  std::string text = fmt::format("{} held", counted(use.connections, "connection"));
  if (const std::optional<double> each = use.kib_per_connection()) {
    text += fmt::format(": {:.2f} KiB each ({} before, {} with them)", *each,
                        memory_text(use.memory_before_kib), memory_text(use.memory_kib));
  }
  add_line("idle", text, out);
}

void add_load(const Report& report, std::string& out) {
  const bench::Tally& tally = report.tally;
  if (tally.messages + tally.failed == 0) return;
  add_line("messages",
           fmt::format("{} in {:.2f} s on {}, {} failed", tally.messages, report.seconds,
                       counted(tally.connections, "connection"), tally.failed),
           out);
  add_line("throughput",
           fmt::format("{:.0f} messages/s, {}/s", report.per_second(),
                       size_text(static_cast<std::uint64_t>(
                           report.per_second() * static_cast<double>(report.scenario.size)))),
           out);
  add_latency(tally.latency, out);
}

void add_warnings(const Report& report, std::string& out) {
  if (report.is_interrupted) out += "note: it was interrupted; this is what there was so far\n";
  if (report.generator_percent > busy_percent && !report.scenario.is_spinning) {
    out +=
        "warning: the generator itself was busy nearly all the time, and may be what limits;\n"
        "  look at the server's CPU, or use --threads\n";
  }
  if (report.scenario.rate && !report.is_rate_held) {
    fmt::format_to(std::back_inserter(out),
                   "warning: the rate was not held: {:.0f} of {:g} messages/s, {} were never "
                   "begun\n",
                   report.per_second(), *report.scenario.rate, report.tally.behind);
  }
  if (!report.problem.empty()) {
    fmt::format_to(std::back_inserter(out), "error: {}\n", escaped_line(report.problem));
  }
  if (report.tally.unexpected.empty()) return;
  out += "error: not all replies were as they should be:\n";
  for (const bench::Unexpected& each : report.tally.unexpected) {
    fmt::format_to(std::back_inserter(out), "  {:>8} × {}: {}\n", each.count,
                   escaped_line(each.command), escaped_line(each.reply));
  }
}

}  // namespace

std::string bench_text(const Report& report) {
  std::string out;
  add_line("server", report.target, out);
  add_line("scenario", scenario_text(report), out);
  add_load(report, out);
  if (report.scenario.tls != bench::Tls::none) {
    add_line("handshakes",
             fmt::format("{} full, {} resumed", report.tally.handshakes, report.tally.resumptions),
             out);
  }
  add_server(report, out);
  add_idle(report, out);
  if (report.tally.messages > 0) {
    add_line("generator",
             fmt::format("{:.1f} µs CPU a message, {:.0f} % busy",
                         per_message(report.generator_us, report), report.generator_percent),
             out);
  }
  add_warnings(report, out);
  return out;
}

}  // namespace quoth::app
