#include "apps/quoth/diagnostics.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/escape.hpp"
#include "apps/quoth/exit_code.hpp"

namespace quoth::app {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The blanks that put the caret below `column`; tabs stay tabs, so that they are as wide as above.
std::string indentation(std::string_view line, std::size_t column) {
  std::string result;
  for (const char c : line) {
    if (column <= 1) break;
    const bool continues_character = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (continues_character) continue;
    result += c == '\t' ? '\t' : ' ';
    --column;
  }
  return result;
}

std::size_t characters(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// A region of several lines is underlined to the end of its first.
std::size_t underline_length(std::string_view line, const Region& where) {
  const std::size_t line_end = characters(line) + 1;
  const std::size_t end = where.end.line == where.begin.line ? where.end.column : line_end;
  const std::size_t last = std::min(std::max(end, where.begin.column + 1), line_end);
  return last > where.begin.column ? last - where.begin.column : 1;
}

}  // namespace

Diagnostics::Diagnostics(std::string filename, std::string_view text)
    : filename_{std::move(filename)}, lines_{split_lines(text)} {}

void Diagnostics::error(std::string message, Region where, std::string hint) {
  findings_.push_back({true, std::move(message), where, std::move(hint)});
  ++error_count_;
}

void Diagnostics::warning(std::string message, Region where, std::string hint) {
  findings_.push_back({false, std::move(message), where, std::move(hint)});
}

std::vector<Diagnostics::Finding> Diagnostics::in_order() const {
  std::vector<Finding> result = findings_;
  std::ranges::stable_sort(result, [](const Finding& a, const Finding& b) {
    return std::tie(a.where.begin.line, a.where.begin.column) <
           std::tie(b.where.begin.line, b.where.begin.column);
  });
  return result;
}

std::string Diagnostics::headline(const Finding& finding) const {
  const Position at = finding.where.begin;
  const std::string place = at.line == 0 ? "" : fmt::format(":{}:{}", at.line, at.column);
  return fmt::format("{} in {}{}", finding.message, filename_, place);
}

void Diagnostics::append(const Finding& finding, std::string& out) const {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{}: {}\n", finding.is_error ? "error" : "warning", headline(finding));
  const Position at = finding.where.begin;
  if (at.line == 0 || at.line > lines_.size()) {
    fmt::format_to(to, "  {}\n", finding.hint);
    return;
  }
  const std::string& line = lines_[at.line - 1];
  const std::string carets(underline_length(line, finding.where), '^');
  fmt::format_to(to, "{:>5} | {}\n      | {}{} {}\n", at.line, escaped_line(line),
                 indentation(line, at.column), carets, finding.hint);
}

std::string Diagnostics::render() const {
  if (findings_.empty()) return {};
  std::string out;
  for (const Finding& finding : in_order()) append(finding, out);
  const std::string exit =
      error_count_ > 0 ? fmt::format("exit {}; ", static_cast<int>(ExitCode::config)) : "";
  fmt::format_to(std::back_inserter(out), "({}{}, {})\n", exit, counted(error_count_, "error"),
                 counted(warning_count(), "warning"));
  return out;
}

std::vector<std::string> Diagnostics::warning_lines() const {
  std::vector<std::string> lines;
  for (const Finding& finding : in_order()) {
    if (!finding.is_error) lines.push_back(headline(finding));
  }
  return lines;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace quoth::app
