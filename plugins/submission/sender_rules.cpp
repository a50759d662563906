#include "plugins/submission/sender_rules.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/result.hpp>

#include "plugins/shared/pattern.hpp"

namespace quoth::plugins {

SenderRules::SenderRules(std::vector<std::string> domains, const SenderPatterns& patterns)
    : domains_{std::move(domains)} {
  for (std::string& domain : domains_) domain = canonical_domains(domain);
  for (const auto& [user, texts] : patterns) {
    std::vector<Pattern>& list = patterns_[lower_ascii(user)];
    for (const std::string& text : texts) list.push_back(parse(text));
  }
}

SenderRules::Pattern SenderRules::parse(std::string_view text) {
  if (text == "*") return {"*", "*"};
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) {
    throw std::invalid_argument{"senders: \"" + std::string{text} + "\" is no address"};
  }
  return {lower_ascii(text.substr(0, at)), canonical_domains(text.substr(at + 1))};
}

bool SenderRules::owns(std::string_view user, const mail::Mailbox& sender) const {
  if (is_home(user, sender)) return true;
  const auto found = patterns_.find(lower_ascii(user));
  if (found == patterns_.end()) return false;
  return std::ranges::any_of(found->second, [&](const Pattern& pattern) {
    return fits(pattern.local, sender.local()) && covers(pattern.domain, sender.domain());
  });
}

bool SenderRules::is_home(std::string_view user, const mail::Mailbox& sender) const {
  if (user.find('@') == std::string_view::npos) {
    return lower_ascii(user) == lower_ascii(sender.local()) &&
           most_specific(domains_, sender.domain()) != domains_.size();
  }
  const Result<mail::Mailbox> own = mail::Mailbox::parse(user, mail::Charset::utf8);
  return own && lower_ascii(own->local()) == lower_ascii(sender.local()) &&
         own->domain() == sender.domain();
}

}  // namespace quoth::plugins
