#include "conform/judge.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace quoth::conform {
namespace {

constexpr std::size_t max_shown_octets = 160;

/// Calls `f` for each part of `list` until it returns true.
template <class F>
bool any_part(std::string_view list, F f) {
  while (true) {
    const std::size_t bar = list.find('|');
    if (f(list.substr(0, bar))) return true;
    if (bar == std::string_view::npos) return false;
    list.remove_prefix(bar + 1);
  }
}

bool matches(unsigned code, std::string_view pattern) noexcept {
  const std::string digits = fmt::format("{:03}", code);
  return pattern.size() == digits.size() &&
         std::ranges::equal(digits, pattern, [](char digit, char wanted) {
           return wanted == 'x' || wanted == digit;
         });
}

/// A domain, or an address literal (RFC 5321 §4.1.2).
bool is_host(std::string_view word) noexcept {
  if (word.starts_with('[')) return word.size() > 2 && word.ends_with(']');
  return !word.empty() && ascii::is_alnum(word.front()) && ascii::is_alnum(word.back()) &&
         std::ranges::all_of(
             word, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

std::string_view first_word(std::string_view text) noexcept {
  return text.substr(0, text.find(' '));
}

/// RFC 5321 §4.1.1.1: ehlo-keyword *(SP ehlo-param). "AUTH=LOGIN" of old servers is let through.
bool is_ehlo_line(std::string_view line) noexcept {
  if (line.empty() || line.front() == ' ' || line.ends_with(' ')) return false;
  if (line.find("  ") != std::string_view::npos) return false;
  const std::string_view keyword = first_word(line);
  return ascii::is_alnum(keyword.front()) && std::ranges::all_of(keyword, [](char c) {
           return ascii::is_alnum(c) || c == '-' || c == '=';
         });
}

std::string problem_of_ehlo(const Reply& reply) {
  std::set<std::string> seen;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    const std::string& line = reply.lines[i];
    if (!is_ehlo_line(line)) return fmt::format("the line \"{}\" is no keyword", line);
    if (!seen.insert(ascii::upper(first_word(line))).second) {
      return fmt::format("{} is announced twice", first_word(line));
    }
  }
  return {};
}

std::string problem_of_passwords(const Reply& reply) {
  for (const std::string& each : reply.lines) {
    const std::string line = ascii::upper(each) + " ";
    const bool is_auth = line.starts_with("AUTH ") || line.starts_with("AUTH=");
    const bool shows =
        line.find("PLAIN ") != std::string::npos || line.find("LOGIN ") != std::string::npos;
    if (is_auth && shows) return fmt::format("\"{}\" is listed", each);
  }
  return {};
}

std::string problem_of_enhanced(const Reply& reply) {
  for (const std::string& line : reply.lines) {
    const std::optional<EnhancedCode> enhanced = parse_enhanced(line);
    if (!enhanced) return fmt::format("\"{}\" has no enhanced code", line);
    if (enhanced->status_class != reply.code / 100) {
      return fmt::format("the class of the enhanced code differs from {}", reply.code);
    }
  }
  return {};
}

std::string problem_of_look(Look look, const Reply& reply) {
  if (has(look, Look::one_line) && reply.lines.size() != 1) {
    return fmt::format("{} lines came, one was wanted", reply.lines.size());
  }
  if (has(look, Look::host_first) && !is_host(first_word(reply.lines.front()))) {
    return "the text does not begin with the server's domain or address literal";
  }
  if (has(look, Look::not_enhanced) &&
      std::ranges::any_of(
          reply.lines, [](const std::string& line) { return parse_enhanced(line).has_value(); })) {
    return "an enhanced code where none belongs";
  }
  if (has(look, Look::enhanced)) {
    if (std::string problem = problem_of_enhanced(reply); !problem.empty()) return problem;
  }
  if (has(look, Look::no_bare_cr) && reply.has(Defect::bare_cr)) return "a CR without LF";
  if (has(look, Look::of_address)) {
    const std::optional<EnhancedCode> enhanced = parse_enhanced(reply.lines.front());
    if (!enhanced || enhanced->subject != 1) return "the enhanced code is not X.1.X";
  }
  if (has(look, Look::no_passwords)) {
    if (std::string problem = problem_of_passwords(reply); !problem.empty()) return problem;
  }
  return has(look, Look::ehlo_lines) ? problem_of_ehlo(reply) : std::string{};
}

bool contains(std::string_view octets, std::string_view part) {
  return ascii::lower(octets).find(ascii::lower(part)) != std::string::npos;
}

}  // namespace

bool is_among(unsigned code, std::string_view codes) noexcept {
  return any_part(codes, [code](std::string_view pattern) { return matches(code, pattern); });
}

bool names(std::string_view codes, std::string_view word) noexcept {
  return any_part(codes, [word](std::string_view part) { return part == word; });
}

std::string shown(const Reply& reply) {
  std::string_view octets{reply.octets};
  const bool is_cut = octets.size() > max_shown_octets;
  octets = octets.substr(0, max_shown_octets);
  while (octets.ends_with('\n') || octets.ends_with('\r')) octets.remove_suffix(1);
  std::string result;
  for (const char c : octets) {
    if (c == '\n') {
      result += " / ";
    } else if (c != '\r') {
      result += c;
    }
  }
  return is_cut ? result + "..." : result;
}

std::string problem_of(const Step& step, const Reply& reply) {
  if (reply.code == 0) return fmt::format("no reply, but \"{}\"", shown(reply));
  if (!is_among(reply.code, step.codes)) {
    return fmt::format("wanted {}, came \"{}\"", step.codes, shown(reply));
  }
  if (std::string problem = problem_of_look(step.look, reply); !problem.empty()) return problem;
  if (!step.contains.empty() && !contains(reply.octets, step.contains)) {
    return fmt::format(R"("{}" is missing from "{}")", step.contains, shown(reply));
  }
  if (!step.lacks.empty() && contains("\n" + reply.octets, step.lacks)) {
    return fmt::format(R"("{}" stands in "{}")", step.lacks, shown(reply));
  }
  return {};
}

}  // namespace quoth::conform
