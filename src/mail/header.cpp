#include <quoth/mail/header.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/ascii.hpp"

namespace quoth::mail {
namespace {

constexpr bool is_white(char c) noexcept { return c == ' ' || c == '\t'; }

constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

/// Parts the next field from `text`, with the lines that are folded into it and its last CRLF.
std::string_view take_field(std::string_view& text) noexcept {
  std::size_t end = 0;
  do {
    const std::size_t crlf = text.find("\r\n", end);
    end = crlf == std::string_view::npos ? text.size() : crlf + 2;
  } while (end < text.size() && is_white(text[end]));
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end);
  return field;
}

}  // namespace

HeaderSection::HeaderSection(std::string_view octets) : octets_{octets} {
  while (!octets.empty() && octets != "\r\n") {
    std::string_view field = take_field(octets);
    if (field.ends_with("\r\n")) field.remove_suffix(2);
    // RFC 5322 §4.5: old messages have white space ahead of the colon, but no line end.
    const std::size_t colon = field.substr(0, field.find("\r\n")).find(':');
    if (colon == std::string_view::npos || is_white(field.front())) continue;
    const std::string_view name = trimmed(field.substr(0, colon));
    fields_.push_back({name, field.substr(colon + 1)});
  }
}

std::optional<std::string> HeaderSection::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const HeaderField& field) {
    return ascii::iequals(field.name, name);
  });
  if (found == fields_.end()) return std::nullopt;
  return std::string{trimmed(unfold(found->value))};
}

std::size_t HeaderSection::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const HeaderField& field) { return ascii::iequals(field.name, name); }));
}

std::string unfold(std::string_view value) {
  std::string line;
  line.reserve(value.size());
  while (!value.empty()) {
    const std::size_t crlf = std::min(value.find("\r\n"), value.size());
    line += value.substr(0, crlf);
    value.remove_prefix(std::min(crlf + 2, value.size()));
  }
  return line;
}

}  // namespace quoth::mail
