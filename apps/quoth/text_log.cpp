#include "apps/quoth/text_log.hpp"

#include <algorithm>
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
#include "apps/quoth/units.hpp"

namespace quoth::app {
namespace {

using Fields = std::span<const LogField>;
using Texts = std::span<const std::string_view>;

void append_time(std::chrono::system_clock::time_point time, std::string& out) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t when = seconds.count();
  std::tm local{};
  if (localtime_r(&when, &local) == nullptr) return;
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min,
                 local.tm_sec, (since - seconds).count());
}

/// The value of `key`; `otherwise` if it is absent or of another type.
template <class T>
T value_of(Fields fields, std::string_view key, T otherwise) {
  const auto field =
      std::find_if(fields.begin(), fields.end(), [&](const LogField& f) { return f.key == key; });
  if (field == fields.end()) return otherwise;
  const T* value = std::get_if<T>(&field->value);
  return value == nullptr ? otherwise : *value;
}

/// In quotes where blanks, quotes or nothing would make it unclear where the value ends.
void append_value(std::string_view text, std::string& out) {
  if (!text.empty() && text.find_first_of(" \"=") == std::string_view::npos) {
    append_escaped(text, out);
    return;
  }
  out += '"';
  while (!text.empty()) {
    const std::size_t quote = std::min(text.find('"'), text.size());
    append_escaped(text.substr(0, quote), out);
    if (quote < text.size()) out += "\\\"";
    text.remove_prefix(std::min(quote + 1, text.size()));
  }
  out += '"';
}

/// Appends a value; overloads for each alternative of LogValue.
struct ValueWriter {
  std::string& out;

  void operator()(std::string_view text) const { append_value(text, out); }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(double number) const {
    fmt::format_to(std::back_inserter(out), "{}", std::round(number * 1000) / 1000);
  }
  void operator()(Texts texts) const {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out += ',';
      append_value(texts[i], out);
    }
  }
};

/// The value of a text; "-" for none.
std::string_view text_or_dash(Fields fields, std::string_view key) {
  const auto text = value_of<std::string_view>(fields, key, "");
  return text.empty() ? "-" : text;
}

/// `ann@example.com +2`: the accepted recipients, or those refused if there is no other.
void append_recipients(Fields fields, std::string& out) {
  const auto to = value_of<Texts>(fields, "to", {});
  const auto refused = value_of<Texts>(fields, "refused", {});
  const Texts shown = to.empty() ? refused : to;
  if (shown.empty()) {
    out += '-';
    return;
  }
  append_escaped(shown.front(), out);
  auto count = static_cast<std::int64_t>(shown.size());
  if (!to.empty()) count = value_of(fields, "n_to", count);
  if (count > 1) fmt::format_to(std::back_inserter(out), " +{}", count - 1);
}

/// What happened to a transaction that was not simply accepted.
void append_trouble(Fields fields, std::string& out) {
  const auto refused = value_of<Texts>(fields, "refused", {});
  if (!refused.empty() && !value_of<Texts>(fields, "to", {}).empty()) {
    out += "  refused=";
    ValueWriter{out}(refused);
  }
  if (value_of<std::string_view>(fields, "verdict", "") == "accept") return;
  for (const std::string_view key : {"verdict", "by", "code"}) {
    const auto value = value_of<std::string_view>(fields, key, "");
    if (value.empty()) continue;
    fmt::format_to(std::back_inserter(out), "  {}=", key);
    append_value(value, out);
  }
}

/// `250  8F3C2A  app@shop.test → ann@example.com  1.2 KiB  3.1 ms`
void append_transaction(Fields fields, std::string& out) {
  const auto code = value_of<std::string_view>(fields, "code", "");
  append_escaped(code.empty() ? "---" : code.substr(0, 3), out);
  out += "  ";
  append_escaped(text_or_dash(fields, "id"), out);
  out += "  ";
  const auto from = value_of<std::string_view>(fields, "from", "");
  append_escaped(from.empty() ? "<>" : from, out);
  out += " → ";
  append_recipients(fields, out);
  const auto octets = std::max(value_of<std::int64_t>(fields, "bytes", 0), std::int64_t{0});
  fmt::format_to(std::back_inserter(out), "  {}  {}", size_text(static_cast<std::uint64_t>(octets)),
                 milliseconds_text(value_of(fields, "ms", 0.0)));
  append_trouble(fields, out);
}

}  // namespace

void TextLog::format(const Line& line, std::string& out) const {
  append_time(line.time, out);
  out += "  ";
  if (line.event == LogEvent::smtp_in) {
    append_transaction(line.fields, out);
    return;
  }
  if (line.level != LogLevel::info) {
    fmt::format_to(std::back_inserter(out), "{}  ", log_level_name(line.level));
  }
  out += log_event_name(line.event);
  for (const LogField& field : line.fields) {
    out += "  ";
    append_escaped(field.key, out);
    out += '=';
    std::visit(ValueWriter{out}, field.value);
  }
}

}  // namespace quoth::app
