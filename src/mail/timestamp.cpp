#include "mail/timestamp.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/ascii.hpp"

namespace quoth::mail {
namespace {

using std::chrono::sys_seconds;

/// Takes `count` digits from the beginning of `rest`; -1 if they are not there.
int take_digits(std::string_view& rest, std::size_t count) noexcept {
  if (rest.size() < count) return -1;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!ascii::is_digit(rest[i])) return -1;
    number = 10 * number + (rest[i] - '0');
  }
  rest.remove_prefix(count);
  return number;
}

/// Takes `c`, in either case: the letters of the form may be lower-case ones (RFC 3339 §5.6).
bool take(std::string_view& rest, char c) noexcept {
  if (rest.empty() || ascii::to_upper(rest.front()) != c) return false;
  rest.remove_prefix(1);
  return true;
}

/// full-date
std::optional<std::chrono::sys_days> take_date(std::string_view& rest) noexcept {
  const int year = take_digits(rest, 4);
  if (year < 0 || !take(rest, '-')) return std::nullopt;
  const int month = take_digits(rest, 2);
  if (month < 0 || !take(rest, '-')) return std::nullopt;
  const int day = take_digits(rest, 2);
  if (day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

/// partial-time; its second may be the sixtieth.
std::optional<std::chrono::seconds> take_time(std::string_view& rest) noexcept {
  const int hour = take_digits(rest, 2);
  if (hour < 0 || hour > 23 || !take(rest, ':')) return std::nullopt;
  const int minute = take_digits(rest, 2);
  if (minute < 0 || minute > 59 || !take(rest, ':')) return std::nullopt;
  const int second = take_digits(rest, 2);
  if (second < 0 || second > 60) return std::nullopt;
  if (take(rest, '.')) {
    if (take_digits(rest, 1) < 0) return std::nullopt;
    while (take_digits(rest, 1) >= 0) continue;
  }
  return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

/// time-offset
std::optional<std::chrono::seconds> take_offset(std::string_view& rest) noexcept {
  if (take(rest, 'Z')) return std::chrono::seconds{0};
  const bool is_east = take(rest, '+');
  if (!is_east && !take(rest, '-')) return std::nullopt;
  const int hour = take_digits(rest, 2);
  if (hour < 0 || hour > 23 || !take(rest, ':')) return std::nullopt;
  const int minute = take_digits(rest, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  const std::chrono::seconds offset = std::chrono::hours{hour} + std::chrono::minutes{minute};
  return is_east ? offset : -offset;
}

/// Whether a leap second may lie before `time`, which it equals by POSIX: leap seconds are the last
/// ones of June or December, in UTC (RFC 3339 §5.7, Appendix D).
bool is_after_leap_second(sys_seconds time) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const bool is_month = date.month() == std::chrono::January || date.month() == std::chrono::July;
  return time == day && is_month && date.day() == std::chrono::day{1};
}

std::string digits(unsigned number, std::size_t count) {
  const std::string text = std::to_string(number);
  return std::string(count - text.size(), '0') + text;
}

}  // namespace

std::optional<sys_seconds> parse_timestamp(std::string_view text) noexcept {
  const auto date = take_date(text);
  if (!date || !take(text, 'T')) return std::nullopt;
  const bool is_leap_second = text.substr(0, 8).ends_with(":60");
  const auto time = take_time(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const sys_seconds moment = sys_seconds{*date} + *time - *offset;
  if (is_leap_second && !is_after_leap_second(moment)) return std::nullopt;
  return moment;
}

std::string timestamp(sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const auto two = [](auto duration) { return digits(static_cast<unsigned>(duration.count()), 2); };
  return digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) + '-' +
         digits(static_cast<unsigned>(date.month()), 2) + '-' +
         digits(static_cast<unsigned>(date.day()), 2) + 'T' + two(clock.hours()) + ':' +
         two(clock.minutes()) + ':' + two(clock.seconds()) + 'Z';
}

}  // namespace quoth::mail
