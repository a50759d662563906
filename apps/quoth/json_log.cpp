#include "apps/quoth/json_log.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

void append_time(std::chrono::system_clock::time_point time, std::string& out) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t when = seconds.count();
  std::tm utc{};
  if (gmtime_r(&when, &utc) == nullptr) return;
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                 utc.tm_sec, (since - seconds).count());
}

/// Appends a value; overloads for each alternative of LogValue.
struct ValueWriter {
  std::string& out;

  void operator()(std::string_view text) const { append_json(text, out); }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }

  /// In thousandths at most: they are measurements. JSON has no word for what is no number.
  void operator()(double number) const {
    if (!std::isfinite(number)) {
      out += "null";
    } else {
      fmt::format_to(std::back_inserter(out), "{}", std::round(number * 1000) / 1000);
    }
  }

  void operator()(std::span<const std::string_view> texts) const {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out += ',';
      append_json(texts[i], out);
    }
    out += ']';
  }
};

}  // namespace

void JsonLog::format(const Line& line, std::string& out) const {
  out += R"({"ts":")";
  append_time(line.time, out);
  fmt::format_to(std::back_inserter(out), R"(","lvl":"{}","ev":"{}")", log_level_name(line.level),
                 log_event_name(line.event));
  for (const LogField& field : line.fields) {
    out += ',';
    append_json(field.key, out);
    out += ':';
    std::visit(ValueWriter{out}, field.value);
  }
  out += '}';
}

}  // namespace quoth::app
