#include "apps/quoth/toml_tree.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include <toml++/toml.h>

namespace quoth::app {
namespace {

Position position(const toml::source_position& at) { return {at.line, at.column}; }

Region region(const toml::source_region& at) { return {position(at.begin), position(at.end)}; }

TomlNode::Kind kind_of(const toml::node& node) {
  if (node.is_table()) return TomlNode::Kind::table;
  if (node.is_array()) return TomlNode::Kind::array;
  if (node.is_string()) return TomlNode::Kind::text;
  if (node.is_integer()) return TomlNode::Kind::integer;
  if (node.is_floating_point()) return TomlNode::Kind::floating;
  if (node.is_boolean()) return TomlNode::Kind::boolean;
  return TomlNode::Kind::date;
}

// NOLINTBEGIN(misc-no-recursion): the parser bounds the depth of what it makes
TomlNode copy(const toml::node& node);

/// The library sorts its tables by key.
void copy_entries(const toml::table& table, std::vector<TomlEntry>& entries) {
  for (const auto& [key, value] : table) {
    entries.push_back({std::string{key.str()}, region(key.source()), copy(value)});
  }
  std::ranges::sort(entries, [](const TomlEntry& a, const TomlEntry& b) {
    const Position& x = a.key_where.begin;
    const Position& y = b.key_where.begin;
    return std::tie(x.line, x.column) < std::tie(y.line, y.column);
  });
}

TomlNode copy(const toml::node& node) {
  TomlNode result;
  result.kind = kind_of(node);
  result.where = region(node.source());
  if (const auto* text = node.as_string()) result.text = text->get();
  if (const auto* integer = node.as_integer()) result.integer = integer->get();
  if (const auto* boolean = node.as_boolean()) result.boolean = boolean->get();
  if (const auto* array = node.as_array()) {
    for (const toml::node& item : *array) result.items.push_back(copy(item));
  }
  if (const auto* table = node.as_table()) copy_entries(*table, result.entries);
  return result;
}
// NOLINTEND(misc-no-recursion)

}  // namespace

std::variant<TomlNode, TomlError> parse_toml(std::string_view text) {
  try {
    return copy(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return TomlError{std::string{error.description()}, region(error.source())};
  }
}

std::string_view kind_name(TomlNode::Kind kind) noexcept {
  switch (kind) {
    case TomlNode::Kind::text: return "a string";
    case TomlNode::Kind::integer: return "a whole number";
    case TomlNode::Kind::floating: return "a number with a fraction";
    case TomlNode::Kind::boolean: return "true or false";
    case TomlNode::Kind::date: return "a date or time";
    case TomlNode::Kind::array: return "a list";
    case TomlNode::Kind::table: return "a table";
  }
  return "something else";
}

}  // namespace quoth::app
