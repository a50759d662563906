#include "apps/quoth/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace quoth::app {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 14> size_units{{{"", 1},
                                           {"b", 1},
                                           {"kb", 1000},
                                           {"mb", 1000ULL * 1000},
                                           {"gb", 1000ULL * 1000 * 1000},
                                           {"tb", 1000ULL * 1000 * 1000 * 1000},
                                           {"k", 1ULL << 10U},
                                           {"m", 1ULL << 20U},
                                           {"g", 1ULL << 30U},
                                           {"t", 1ULL << 40U},
                                           {"kib", 1ULL << 10U},
                                           {"mib", 1ULL << 20U},
                                           {"gib", 1ULL << 30U},
                                           {"tib", 1ULL << 40U}}};

constexpr std::array<Unit, 5> duration_units{{{"ms", 1},
                                              {"s", 1000},
                                              {"m", 60ULL * 1000},
                                              {"h", 60ULL * 60 * 1000},
                                              {"d", 24ULL * 60 * 60 * 1000}}};

constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// A whole number, blanks or none, a unit; the product is at most `max`.
std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units,
                                   std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string name = lower(text);
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number > max / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

/// One decimal, and none where it says nothing.
std::string number_text(double number, std::string_view unit) {
  std::string digits = fmt::format("{:.1f}", number);
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  return fmt::format("{} {}", digits, unit);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, size_units, largest);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::chrono::milliseconds max = std::chrono::hours{24 * 100};
  const auto count = parse(text, duration_units, static_cast<std::uint64_t>(max.count()));
  if (!count) return std::nullopt;
  return std::chrono::milliseconds{*count};
}

std::optional<std::uint64_t> parse_per_minute(std::string_view text) {
  constexpr std::array<Unit, 2> units{{{"/min", 1}, {"/s", 60}}};
  return parse(text, units, largest);
}

std::optional<std::uint64_t> parse_octets_per_second(std::string_view text) {
  if (!text.ends_with("/s")) return std::nullopt;
  return parse_size(text.substr(0, text.size() - 2));
}

std::string size_text(std::uint64_t octets) {
  constexpr std::array<std::string_view, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
  auto number = static_cast<double>(octets);
  std::size_t unit = 0;
  for (; number >= 1024 && unit + 1 < names.size(); ++unit) number /= 1024;
  return number_text(number, names.at(unit));
}

std::string milliseconds_text(double milliseconds) {
  if (milliseconds >= 1000) return number_text(milliseconds / 1000, "s");
  return number_text(milliseconds, "ms");
}

}  // namespace quoth::app
