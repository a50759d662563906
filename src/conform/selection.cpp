#include "conform/selection.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quoth::conform {
namespace {

bool matches_glob(std::string_view text, std::string_view pattern) noexcept {
  std::size_t at = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;  // the last one, and what it has taken so far
  std::size_t taken_to = 0;
  while (at < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken_to = at;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++taken_to;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

}  // namespace

std::vector<std::string> split_patterns(const std::vector<std::string>& lists) {
  std::vector<std::string> result;
  for (std::string_view list : lists) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (comma > 0) result.emplace_back(list.substr(0, comma));
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return result;
}

bool is_selected(std::string_view id, std::string_view pattern) noexcept {
  return id.substr(0, id.find('.')) == pattern || matches_glob(id, pattern);
}

Cases select(Cases cases, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return cases;
  const std::vector<std::string> wanted = split_patterns(patterns);
  std::erase_if(cases, [&wanted](const Case& each) {
    return std::ranges::none_of(
        wanted, [&each](const std::string& pattern) { return is_selected(each.id, pattern); });
  });
  return cases;
}

}  // namespace quoth::conform
