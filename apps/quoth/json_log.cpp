#include "apps/quoth/json_log.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

/// Writes `value` in decimal into all of `place`.
void put_digits(std::span<char> place, unsigned value) noexcept {
  for (auto digit = place.rbegin(); digit != place.rend(); ++digit, value /= 10) {
    *digit = static_cast<char>('0' + value % 10);
  }
}

/// RFC 3339 §5.6, with milliseconds, for years of four digits.
void append_time(std::chrono::system_clock::time_point time, std::string& out) {
  const auto moment = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{moment - day};
  std::array<char, 24> text{"0000-00-00T00:00:00.000"};
  const std::span<char> whole{text};
  put_digits(whole.subspan(0, 4), static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(whole.subspan(5, 2), static_cast<unsigned>(date.month()));
  put_digits(whole.subspan(8, 2), static_cast<unsigned>(date.day()));
  put_digits(whole.subspan(11, 2), static_cast<unsigned>(clock.hours().count()));
  put_digits(whole.subspan(14, 2), static_cast<unsigned>(clock.minutes().count()));
  put_digits(whole.subspan(17, 2), static_cast<unsigned>(clock.seconds().count()));
  put_digits(whole.subspan(20, 3), static_cast<unsigned>(clock.subseconds().count()));
  text.back() = 'Z';
  out.append(text.data(), text.size());
}

void append_number(std::int64_t number, std::string& out) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// In thousandths at most: they are measurements. JSON has no word for what is no number.
void append_measurement(double number, std::string& out) {
  constexpr double exact_thousandths = 1e12;
  if (!std::isfinite(number)) {
    out += "null";
  } else if (number < 0 || number > exact_thousandths) {
    fmt::format_to(std::back_inserter(out), "{}", std::round(number * 1000) / 1000);
  } else {
    const auto thousandths = static_cast<std::int64_t>(std::round(number * 1000));
    append_number(thousandths / 1000, out);
    std::array<char, 4> fraction{'.'};
    put_digits(std::span{fraction}.subspan(1), static_cast<unsigned>(thousandths % 1000));
    const std::string_view text{fraction.data(), fraction.size()};
    out += text.substr(0, text.find_last_not_of(".0") + 1);
  }
}

/// Appends a value; overloads for each alternative of LogValue.
struct ValueWriter {
  std::string& out;

  void operator()(std::string_view text) const { append_json(text, out); }
  void operator()(std::int64_t number) const { append_number(number, out); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(double number) const { append_measurement(number, out); }

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
  out.append(R"(","lvl":")").append(log_level_name(line.level));
  out.append(R"(","ev":")").append(log_event_name(line.event)) += '"';
  for (const LogField& field : line.fields) {
    out.append(",\"").append(field.key).append("\":");
    std::visit(ValueWriter{out}, field.value);
  }
  out += '}';
}

}  // namespace quoth::app
