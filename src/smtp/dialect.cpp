#include <quoth/smtp/dialect.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ascii.hpp"

namespace quoth::smtp {
namespace {

bool is_upper_alnum(char c) noexcept { return ascii::is_alnum(c) && ascii::to_upper(c) == c; }

/// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-") (RFC 5321 §4.1.2).
bool is_keyword(std::string_view text) noexcept {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return is_upper_alnum(c) || c == '-';
  });
}

void require(bool holds, const std::string& complaint) {
  if (!holds) throw std::invalid_argument(complaint);
}

template <class Definition, class Key>
void put(std::vector<Definition>& all, Definition definition, Key key) {
  const auto same = [&](const Definition& other) { return other.*key == definition.*key; };
  const auto found = std::find_if(all.begin(), all.end(), same);
  if (found == all.end()) {
    all.push_back(std::move(definition));
  } else {
    *found = std::move(definition);
  }
}

auto keyword_is(std::string_view keyword) noexcept {
  return
      [keyword](const Extension& extension) { return ascii::iequals(extension.keyword, keyword); };
}

/// Takes the extension of that keyword out of `all`.
std::optional<Extension> take(std::vector<Extension>& all, std::string_view keyword) {
  const auto found = std::ranges::find_if(all, keyword_is(keyword));
  if (found == all.end()) return std::nullopt;
  Extension taken = std::move(*found);
  all.erase(found);
  return taken;
}

void check(const Verb& verb) {
  require(!verb.name.empty() && std::all_of(verb.name.begin(), verb.name.end(), is_upper_alnum),
          "a verb's name is upper-case letters and digits, not \"" + verb.name + '"');
}

void check(const Extension& extension) {
  require(is_keyword(extension.keyword),
          "an extension's keyword is upper-case letters, digits and \"-\", not \"" +
              extension.keyword + '"');
  for (const ParameterRule& rule : extension.parameters) {
    require(is_keyword(rule.keyword), "not a parameter's keyword: \"" + rule.keyword + '"');
    require(rule.verb == "MAIL" || rule.verb == "RCPT",
            "a parameter belongs to MAIL or RCPT, not to \"" + rule.verb + '"');
  }
  for (const Verb& verb : extension.verbs) check(verb);
}

}  // namespace

void Dialect::define(Verb verb) {
  check(verb);
  put(verbs_, std::move(verb), &Verb::name);
  refresh();
}

void Dialect::define(Extension extension) {
  check(extension);
  if (!extension.needs.empty()) offer(extension.needs);
  // A definition that was put aside is replaced, too.
  take(aside_, extension.keyword);
  use(std::move(extension));
}

/// Makes it, and its verbs, part of what is spoken.
void Dialect::use(Extension extension) {
  for (const Verb& verb : extension.verbs) put(verbs_, verb, &Verb::name);
  put(extensions_, std::move(extension), &Extension::keyword);
  refresh();
}

void Dialect::know(Extension extension) {
  check(extension);
  withdraw(extension.keyword);
  put(aside_, std::move(extension), &Extension::keyword);
}

// The recursion is as deep as the chain of what needs what.
// NOLINTNEXTLINE(misc-no-recursion)
void Dialect::require_known(std::string_view keyword) const {
  if (offers(keyword) || std::ranges::any_of(aside_, keyword_is(keyword))) return;
  std::string known;
  for (const std::string& each : known_extensions()) known += (known.empty() ? "" : ", ") + each;
  throw std::invalid_argument("no extension \"" + std::string{keyword} + "\"; there are " + known);
}

void Dialect::offer(std::string_view keyword) {
  if (offers(keyword)) return;
  require_known(keyword);
  const auto found = std::ranges::find_if(aside_, keyword_is(keyword));
  if (const std::string needs = found->needs; !needs.empty()) offer(needs);
  if (std::optional<Extension> extension = take(aside_, keyword)) use(*std::move(extension));
}

// NOLINTNEXTLINE(misc-no-recursion)
void Dialect::withdraw(std::string_view keyword) {
  std::optional<Extension> extension = take(extensions_, keyword);
  if (!extension) return;
  for (const Verb& verb : extension->verbs) {
    std::erase_if(verbs_, [&](const Verb& other) { return other.name == verb.name; });
  }
  std::vector<std::string> dependents;
  for (const Extension& other : extensions_) {
    if (other.needs == extension->keyword) dependents.push_back(other.keyword);
  }
  put(aside_, *std::move(extension), &Extension::keyword);
  for (const std::string& other : dependents) withdraw(other);
  refresh();
}

void Dialect::undefine(std::string_view name) {
  std::erase_if(verbs_, [&](const Verb& verb) { return verb.name == name; });
  if (offers(name)) withdraw(name);
  take(aside_, name);
  refresh();
}

Dialect Dialect::secured() const {
  Dialect result = *this;
  result.is_secured_ = true;
  result.demands_tls_ = false;
  const auto listed = std::ranges::find_if(result.extensions_, keyword_is("STARTTLS"));
  if (listed != result.extensions_.end()) listed->is_listed = false;
  result.refresh();
  return result;
}

std::string Dialect::ehlo_value(std::string_view keyword) const {
  const auto found = std::ranges::find_if(extensions_, keyword_is(keyword));
  if (found == extensions_.end() || !found->ehlo_value) return {};
  return found->ehlo_value(limits_);
}

bool Dialect::offers(std::string_view keyword) const noexcept {
  return std::ranges::any_of(extensions_, keyword_is(keyword));
}

std::vector<std::string> Dialect::known_extensions() const {
  std::vector<std::string> keywords;
  keywords.reserve(extensions_.size() + aside_.size());
  for (const Extension& extension : extensions_) keywords.push_back(extension.keyword);
  for (const Extension& extension : aside_) keywords.push_back(extension.keyword);
  return keywords;
}

const Verb* Dialect::find_verb(std::string_view name) const noexcept {
  for (const Verb& verb : verbs_) {
    if (ascii::iequals(verb.name, name)) return &verb;
  }
  return nullptr;
}

const ParameterRule* Dialect::find_parameter(std::string_view verb,
                                             std::string_view keyword) const noexcept {
  for (auto extension = extensions_.rbegin(); extension != extensions_.rend(); ++extension) {
    for (const ParameterRule& rule : extension->parameters) {
      if (rule.verb == verb && ascii::iequals(rule.keyword, keyword)) return &rule;
    }
  }
  return nullptr;
}

std::size_t Dialect::line_limit(std::string_view verb) const noexcept {
  std::size_t octets = limits_.command_line_bytes;
  if (const Verb* const found = find_verb(verb)) octets += found->line_octets;
  for (const Extension& extension : extensions_) {
    for (const ParameterRule& rule : extension.parameters) {
      if (rule.verb == verb) octets += rule.line_octets;
    }
  }
  return octets;
}

void Dialect::refresh() {
  longest_line_ = std::max(line_limit("MAIL"), line_limit("RCPT"));
  for (const Verb& verb : verbs_) longest_line_ = std::max(longest_line_, line_limit(verb.name));
  ehlo_lines_.clear();
  const auto list = [&](const std::string& line) {
    if (line.empty()) return;
    if (!ehlo_lines_.empty()) ehlo_lines_ += '\n';
    ehlo_lines_ += line;
  };
  for (const Extension& extension : extensions_) {
    if (!extension.is_listed) continue;
    const std::string value = extension.ehlo_value ? extension.ehlo_value(limits_) : std::string{};
    list(value.empty() ? extension.keyword : extension.keyword + ' ' + value);
  }
  for (const Verb& verb : verbs_) list(verb.ehlo_line);
}

}  // namespace quoth::smtp
