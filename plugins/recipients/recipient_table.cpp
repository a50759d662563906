#include "plugins/recipients/recipient_table.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/shared/pattern.hpp"
#include "plugins/recipients/relay.hpp"

namespace quoth::plugins {
namespace {

using Patterns = std::vector<std::string>;

void check(std::string_view pattern) {
  if (pattern.empty()) throw std::invalid_argument{"recipients: a pattern is empty"};
}

/// All `patterns`, written as `form` does.
Patterns in_form(const Patterns& patterns, std::string (*form)(std::string_view)) {
  Patterns result;
  result.reserve(patterns.size());
  for (const std::string& pattern : patterns) {
    check(pattern);
    result.push_back(form(pattern));
  }
  return result;
}

bool has_wildcard(std::string_view pattern) noexcept {
  return pattern.find('*') != std::string_view::npos;
}

bool any_fits(const Patterns& patterns, std::string_view local) noexcept {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return fits(pattern, local); });
}

bool lists_literally(const Patterns* patterns, std::string_view local) noexcept {
  return patterns != nullptr && std::ranges::any_of(*patterns, [&](const std::string& pattern) {
           return !has_wildcard(pattern) && fits(pattern, local);
         });
}

}  // namespace

RecipientTable::RecipientTable(RecipientRules rules)
    : accept_{in_form(rules.accept, canonical_domains)}, everyone_{!rules.known} {
  if (rules.known) {
    for (const auto& [domain, patterns] : *rules.known) {
      check(domain);
      known_domains_.push_back(canonical_domains(domain));
      local_patterns_.push_back(in_form(patterns, lower_ascii));
    }
  }
  if (accept_.empty()) return;
  everything_ = everyone_ && std::ranges::find(accept_, "*") != accept_.end();
  const auto named = std::ranges::find_if_not(accept_, has_wildcard);
  postmaster_domain_ = named != accept_.end() ? *named : lower_ascii(rules.hostname);
}

RecipientVerdict RecipientTable::find(std::string_view local, std::string_view domain) const {
  if (everything_ && !domain.empty()) return RecipientVerdict::known;
  if (!accepts(domain)) return RecipientVerdict::foreign;
  const Patterns* patterns = patterns_of(domain);
  if (names_a_second_address(local)) {
    return lists_literally(patterns, local) ? RecipientVerdict::known : RecipientVerdict::foreign;
  }
  if (everyone_ || fits("postmaster", local)) return RecipientVerdict::known;
  const bool exists = patterns != nullptr && any_fits(*patterns, local);
  return exists ? RecipientVerdict::known : RecipientVerdict::unknown;
}

// An address literal names a host, not a domain of ours; nothing in `accept` can stand for it.
bool RecipientTable::accepts(std::string_view domain) const noexcept {
  if (domain.empty() || domain.starts_with('[')) return false;
  return most_specific(accept_, domain) != accept_.size();
}

const Patterns* RecipientTable::patterns_of(std::string_view domain) const noexcept {
  const std::size_t at = most_specific(known_domains_, domain);
  return at == known_domains_.size() ? nullptr : &local_patterns_[at];
}

}  // namespace quoth::plugins
