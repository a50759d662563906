#include "plugins/shared/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::plugins {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool ends_with(std::string_view text, std::string_view tail) noexcept {
  return text.size() >= tail.size() && fits(tail, text.substr(text.size() - tail.size()));
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

std::string canonical_domains(std::string_view pattern) {
  Result<std::string> canonical = mail::canonical_pattern(pattern);
  if (!canonical) {
    throw std::invalid_argument{"recipients: \"" + std::string{pattern} +
                                "\": " + canonical.error().message()};
  }
  return *std::move(canonical);
}

// Greedy with one step back: a later star makes all earlier ones irrelevant, so only the last one
// seen is ever tried again.
bool fits(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_end = 0;  // where the octets that the star stands for end
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool covers(std::string_view pattern, std::string_view domain) noexcept {
  if (pattern == "*") return true;
  if (domain == "*") return false;
  if (!pattern.starts_with("*.")) {
    return pattern.size() == domain.size() && ends_with(domain, pattern);
  }
  const std::string_view suffix = pattern.substr(1);
  return domain.size() > suffix.size() && ends_with(domain, suffix);
}

std::size_t most_specific(const std::vector<std::string>& patterns,
                          std::string_view domain) noexcept {
  // Of two wildcards that cover it, the shorter one covers more.
  std::size_t best = patterns.size();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (!covers(patterns[i], domain)) continue;
    if (!patterns[i].starts_with('*')) return i;
    if (best == patterns.size() || patterns[i].size() > patterns[best].size()) best = i;
  }
  return best;
}

}  // namespace quoth::plugins
