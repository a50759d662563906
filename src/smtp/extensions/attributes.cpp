#include "smtp/extensions/attributes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/ascii.hpp"
#include "mail/address_literal.hpp"
#include "mail/path.hpp"
#include "mail/utf8.hpp"
#include "smtp/extensions/parameter.hpp"
#include "smtp/xtext.hpp"

namespace quoth::smtp::attribute {
namespace {

constexpr std::size_t longest_value = 255;

/// Whether `text` is UTF-8 without controls.
bool is_visible(std::string_view text) noexcept {
  while (!text.empty()) {
    const bool is_high = ascii::is_high(text.front());
    const std::size_t size = is_high ? mail::visible_high_character_at(text) : 1;
    if (size == 0 || ascii::is_control(text.front())) return false;
    text.remove_prefix(size);
  }
  return true;
}

/// Reads "NAME=value"; or says what is wrong with it.
std::variant<Attribute, Reply> read_one(std::string_view text,
                                        std::span<const std::string_view> known) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return wrong_value("expected NAME=value");
  Attribute result{.name = ascii::upper(text.substr(0, equals)), .value = {}};
  if (std::ranges::find(known, result.name) == known.end()) {
    return wrong_value("there is no such attribute");
  }
  std::optional<std::string> value = decode_xtext(text.substr(equals + 1));
  const bool is_good =
      value && !value->empty() && value->size() <= longest_value && is_visible(*value);
  if (!is_good) return wrong(result);
  result.is_temporary = ascii::iequals(*value, "[TEMPUNAVAIL]");
  const bool is_unknown = result.is_temporary || ascii::iequals(*value, "[UNAVAILABLE]");
  if (!is_unknown) result.value = *std::move(value);
  return result;
}

/// Whether no part of an IPv4 address has zeros in front, which some take for octal.
bool has_plain_numbers(std::string_view address) noexcept {
  for (std::size_t i = 0; i + 1 < address.size(); ++i) {
    const bool begins = i == 0 || !ascii::is_alnum(address[i - 1]);
    if (begins && address[i] == '0' && ascii::is_digit(address[i + 1])) return false;
  }
  return true;
}

}  // namespace

std::variant<std::vector<Attribute>, Reply> read(std::string_view argument,
                                                 std::span<const std::string_view> known) {
  std::vector<Attribute> result;
  while (true) {
    const std::size_t space = argument.find(' ');
    std::variant<Attribute, Reply> one = read_one(argument.substr(0, space), known);
    if (auto* problem = std::get_if<Reply>(&one)) return std::move(*problem);
    auto& attribute = std::get<Attribute>(one);
    const auto same = [&](const Attribute& other) { return other.name == attribute.name; };
    if (std::ranges::any_of(result, same)) {
      return wrong_value(attribute.name + " stands there twice");
    }
    result.push_back(std::move(attribute));
    if (space == std::string_view::npos) return result;
    argument.remove_prefix(space + 1);
  }
}

std::string join(std::span<const std::string_view> known) {
  std::string result;
  for (const std::string_view name : known) {
    if (!result.empty()) result += ' ';
    result += name;
  }
  return result;
}

Reply wrong(const Attribute& attribute) {
  return wrong_value("that is no value for " + attribute.name);
}

std::optional<std::string> host_name(std::string_view value) {
  if (value.empty()) return std::string{};
  if (value.starts_with('[') || !mail::is_helo_name(value)) return std::nullopt;
  return ascii::lower(value);
}

std::optional<std::string> address(std::string_view value) {
  if (value.empty()) return std::string{};
  if (!mail::is_address_literal('[' + std::string{value} + ']')) return std::nullopt;
  constexpr std::string_view tag = "IPV6:";
  const bool is_v6 = ascii::iequals(value.substr(0, tag.size()), tag);
  if (is_v6) value.remove_prefix(tag.size());
  const std::size_t last = value.rfind(':');  // an IPv4 address may be the end of an IPv6 one
  const std::string_view end = value.substr(last == std::string_view::npos ? 0 : last + 1);
  const bool ends_in_v4 = end.find('.') != std::string_view::npos;
  if (ends_in_v4 && !has_plain_numbers(end)) return std::nullopt;
  return ascii::lower(value);
}

std::optional<std::uint16_t> port(std::string_view value) {
  if (value.empty()) return std::uint16_t{0};
  const std::optional<std::int64_t> number = read_number(value, 5);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<std::string> word(std::string_view value, std::span<const std::string_view> words) {
  std::string upper = ascii::upper(value);
  const bool is_known = value.empty() || std::ranges::find(words, upper) != words.end();
  if (!is_known) return std::nullopt;
  return upper;
}

}  // namespace quoth::smtp::attribute
