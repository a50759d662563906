#include "apps/quoth/mail_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>
#include <quoth/version.hpp>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/escape.hpp"
#include "plugins/shared/pattern.hpp"

namespace quoth::app {
namespace {

constexpr std::array<std::string_view, 2> placeholders{"domain", "local"};

/// Where mail can go in later versions, by the word before the colon.
constexpr std::array<std::string_view, 6> later_ways{"mx",   "smtp",  "smtps",
                                                     "lmtp", "queue", "exec"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && is_letter_or_digit(label.front()) &&
         is_letter_or_digit(label.back()) &&
         std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
}

std::string problem_of_placeholder(std::string_view name) {
  if (std::ranges::find(placeholders, name) != placeholders.end()) return {};
  const std::string_view meant = closest(name, placeholders);
  if (!meant.empty()) return fmt::format("did you mean {{{}}}?", meant);
  return "{domain} and {local} are all the placeholders there are";
}

std::string problem_of_template(std::string_view path) {
  if (path.empty()) return "a path follows: \"maildir:/var/mail/{domain}/{local}\"";
  if (has_control(path)) return "a path has no control characters";
  while (!path.empty()) {
    const std::size_t brace = path.find_first_of("{}");
    if (brace == std::string_view::npos) return {};
    const std::size_t close = path.find('}', brace);
    if (path[brace] == '}' || close == std::string_view::npos) return "a brace is alone";
    std::string problem = problem_of_placeholder(path.substr(brace + 1, close - brace - 1));
    if (!problem.empty()) return problem;
    path.remove_prefix(close + 1);
  }
  return {};
}

}  // namespace

std::string problem_of_domain(std::string_view domain) {
  if (domain.find('@') != std::string_view::npos) return "a domain has no \"@\"";
  if (!is_ascii(domain)) {
    return "write the domain in its ASCII form (xn--…)";
  }
  if (domain.size() > 255) return "a domain has at most 255 octets (RFC 5321 §4.5.3.1.2)";
  std::string_view rest = domain;
  for (std::size_t dot = 0; dot != std::string_view::npos; rest.remove_prefix(dot + 1)) {
    dot = rest.find('.');
    if (!is_label(rest.substr(0, dot))) {
      return "expected a domain: letters, digits and hyphens between dots";
    }
    if (dot == std::string_view::npos) break;
  }
  return {};
}

std::string problem_of_domain_pattern(std::string_view pattern) {
  if (pattern == "*") return {};
  if (pattern.starts_with("*.")) pattern.remove_prefix(2);
  if (pattern.find('*') != std::string_view::npos) {
    return R"(a "*" stands alone (all domains) or as "*.example.org" (subdomains))";
  }
  if (is_ascii(pattern)) return problem_of_domain(pattern);
  const Result<std::string> domain = mail::canonical_domain(pattern);
  return domain ? std::string{} : domain.error().message();
}

std::string canonical_name(std::string_view pattern) {
  const Result<std::string> canonical = mail::canonical_pattern(pattern);
  return canonical ? *canonical : plugins::lower_ascii(pattern);
}

std::string problem_of_local_pattern(std::string_view pattern, std::string_view domain) {
  if (pattern.empty()) return "a recipient is not empty";
  if (has_control(pattern)) return "a recipient has no control characters";
  const std::string tail = fmt::format("@{}", domain);
  if (!plugins::fits("*" + tail, pattern)) return {};
  std::string meant;
  append_escaped(pattern.substr(0, pattern.size() - tail.size()), meant);
  return fmt::format("without the domain: did you mean \"{}\"?", meant);
}

std::string problem_of_via(std::string_view via) {
  if (via == "discard") return {};
  if (via.starts_with("maildir:")) return problem_of_template(via.substr(8));
  const std::string_view way = via.substr(0, via.find(':'));
  if (std::ranges::find(later_ways, way) != later_ways.end()) {
    return fmt::format(
        R"(quoth {} has "maildir:PATH" and "discard" only; a later version has "{}")", version(),
        way);
  }
  constexpr std::array<std::string_view, 2> ways{"maildir", "discard"};
  const std::string_view meant = closest(way, ways);
  if (!meant.empty())
    return fmt::format("did you mean \"{}\"?", meant == "maildir" ? "maildir:PATH" : meant);
  return R"(expected "maildir:/var/mail/{domain}/{local}" or "discard")";
}

}  // namespace quoth::app
