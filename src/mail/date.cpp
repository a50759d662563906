#include <quoth/mail/date.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace quoth::mail {
namespace {

// English whatever the locale (RFC 5322 §3.3).
constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Appends `number` (0 to 99) with two digits, and `end`.
void append_two_digits(std::string& text, unsigned number, std::string_view end) {
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
  text.append(end);
}

}  // namespace

std::string date(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day ymd{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};

  std::string text;
  text.reserve(31);
  text.append(day_names[std::chrono::weekday{day}.c_encoding()]).append(", ");
  append_two_digits(text, static_cast<unsigned>(ymd.day()), " ");
  text.append(month_names[static_cast<unsigned>(ymd.month()) - 1]).append(" ");
  text.append(std::to_string(static_cast<int>(ymd.year()))).append(" ");
  append_two_digits(text, static_cast<unsigned>(clock.hours().count()), ":");
  append_two_digits(text, static_cast<unsigned>(clock.minutes().count()), ":");
  append_two_digits(text, static_cast<unsigned>(clock.seconds().count()), " +0000");
  return text;
}

}  // namespace quoth::mail
