#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apps/quoth/diagnostics.hpp"

namespace quoth::app {

struct TomlEntry;

/// A value of a TOML file, with its place. What no key of ours has, floats and dates, keeps its
/// kind alone.
struct TomlNode {
  enum class Kind { text, integer, floating, boolean, date, array, table };

  Kind kind = Kind::table;
  Region where;
  std::string text;                ///< Kind::text
  std::int64_t integer = 0;        ///< Kind::integer
  bool boolean = false;            ///< Kind::boolean
  std::vector<TomlNode> items;     ///< Kind::array
  std::vector<TomlEntry> entries;  ///< Kind::table, in the order of the file
};

struct TomlEntry {
  std::string key;
  Region key_where;
  TomlNode value;
};

/// Why a text is no TOML.
struct TomlError {
  std::string message;
  Region where;
};

/// Reads a TOML text. The only place that knows the TOML library.
[[nodiscard]] std::variant<TomlNode, TomlError> parse_toml(std::string_view text);

/// "a whole number", "a list" …, for messages.
[[nodiscard]] std::string_view kind_name(TomlNode::Kind kind) noexcept;

}  // namespace quoth::app
