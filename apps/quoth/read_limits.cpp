#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "apps/quoth/config_sections.hpp"
#include "apps/quoth/units.hpp"

namespace quoth::app {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

void read_connections(TableReader& limits, Config& config) {
  std::optional<TableReader> table = limits.read_table("connections");
  if (!table) return;
  table->read_count("total", config.connections.total, {.max = 1'000'000});
  table->read_count("per_ip", config.connections.per_ip, {.max = 1'000'000});
  table->read_count_or_off("per_network", config.connections.per_network, {.max = 1'000'000});
  const Rate rate{.parse = parse_per_minute, .example = "60/min", .range = {.max = 1'000'000}};
  table->read_rate_or_off("ip_rate", config.connections.ip_rate, rate);
  table->read_rate_or_off("network_rate", config.connections.network_rate, rate);
  table->finish();
}

void read_timeouts(TableReader& limits, Config& config) {
  std::optional<TableReader> table = limits.read_table("timeouts");
  if (!table) return;
  table->read_duration("command", config.timeouts.command);
  table->read_duration("data", config.timeouts.data);
  table->read_duration("write", config.timeouts.write);
  table->read_duration("handler", config.timeouts.handler);
  table->read_duration("message_handler", config.timeouts.message_handler);
  table->read_duration("grace", config.grace);
  table->finish();
}

void read_sizes(TableReader& table, Config& config) {
  table.read_size("message_size", config.limits.message_bytes,
                  {.why = "RFC 5321 §4.5.3.1.7", .advised = 64 * kib});
  table.read_size("command_line", config.limits.command_line_bytes,
                  {.min = 512, .max = 4 * kib, .why = "RFC 5321 §4.5.3.1.4"});
  table.read_size("text_line", config.limits.text_line_bytes,
                  {.min = 1000, .max = mib, .why = "RFC 5321 §4.5.3.1.6"});
  table.read_size("header_size", config.limits.header_bytes, {.min = kib});
  table.read_size("discarded_size", config.limits.discarded_bytes, {.min = 0});
  table.read_size("memory", config.memory_bytes, {.min = mib});
}

void read_counts(TableReader& table, Config& config) {
  table.read_count("recipients", config.limits.recipients,
                   {.max = 1'000'000, .why = "RFC 5321 §4.5.3.1.8", .advised = 100});
  table.read_count("errors", config.limits.errors, {});
  table.read_count("refused_recipients", config.limits.refused_recipients, {});
  table.read_count("received_fields", config.limits.received_fields, {});
  table.read_count("junk_commands", config.limits.junk_commands, {});
  table.read_count_or_off("messages", config.limits.messages, {});
  table.read_count_or_off("recipient_domains", config.limits.recipient_domains, {});
}

}  // namespace

void read_limits(TableReader& root, Config& config) {
  std::optional<TableReader> table = root.read_table("limits");
  if (!table) return;
  read_sizes(*table, config);
  read_counts(*table, config);
  read_connections(*table, config);
  read_timeouts(*table, config);
  table->finish();
}

void read_defences(TableReader& root, Config& config) {
  std::optional<TableReader> table = root.read_table("defences");
  if (!table) return;
  Defences& defences = config.defences;
  table->read_flag("refuse_early_talkers", defences.refuse_early_talkers);
  table->read_duration("banner_delay", defences.banner_delay,
                       {.min = Milliseconds{0}, .max = Milliseconds{3000}, .max_text = "3s"});
  table->read_flag("refuse_bad_pipelining", defences.refuse_bad_pipelining);
  table->read_rate_or_off("data_rate", defences.data_rate,
                          {.parse = parse_octets_per_second, .example = "500 B/s"});
  std::optional<std::size_t> percent = defences.overload_percent;
  table->read_count_or_off("overload_percent", percent, {.max = 100});
  defences.overload_percent.reset();
  if (percent) defences.overload_percent = static_cast<unsigned>(*percent);
  table->read_duration("overload_timeout", defences.overload_timeout);
  table->finish();
}

void read_log(TableReader& root, Config& config) {
  std::optional<TableReader> table = root.read_table("log");
  if (!table) return;
  const std::vector<std::string_view> levels{"debug", "info", "warn", "error"};
  const std::vector<std::string_view> formats{"auto", "text", "json"};
  if (const auto level = table->read_choice("level", levels)) {
    config.log.level = static_cast<LogLevel>(*level);
  }
  if (const auto format = table->read_choice("format", formats)) {
    config.log.format = static_cast<LogFormat>(*format);
  }
  table->finish();
}

}  // namespace quoth::app
