#include "apps/quoth/table_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/key_hints.hpp"
#include "apps/quoth/units.hpp"

namespace quoth::app {
namespace {

std::string wrong_kind_hint(std::string_view expected, const TomlNode& found) {
  return fmt::format("expected {}, found {}", expected, kind_name(found.kind));
}

std::optional<std::uint64_t> size_of(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::text) return parse_size(node.text);
  if (node.integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(node.integer);
}

bool is_off(const TomlNode& node) {
  return node.kind == TomlNode::Kind::text && node.text == "off";
}

std::string number_text(std::uint64_t number, bool is_size) {
  return is_size ? size_text(number) : fmt::format("{}", number);
}

}  // namespace

TableReader::TableReader(const TomlNode& table, std::string path, Diagnostics& diagnostics)
    : table_{&table}, path_{std::move(path)}, diagnostics_{&diagnostics} {}

std::string TableReader::path_of(std::string_view key) const { return key_path(path_, key); }

const TomlNode* TableReader::find(std::string_view key) {
  known_.push_back(key);
  const auto entry =
      std::ranges::find_if(table_->entries, [&](const TomlEntry& e) { return e.key == key; });
  return entry == table_->entries.end() ? nullptr : &entry->value;
}

const TomlNode* TableReader::find(std::string_view key, TomlNode::Kind kind,
                                  std::string_view expected) {
  const TomlNode* found = find(key);
  if (found == nullptr || found->kind == kind) return found;
  wrong_kind(key, *found, expected);
  return nullptr;
}

void TableReader::wrong_kind(std::string_view key, const TomlNode& found,
                             std::string_view expected) {
  diagnostics_->error(fmt::format("wrong type of `{}`", path_of(key)), found.where,
                      wrong_kind_hint(expected, found));
}

bool TableReader::check_range(std::string_view key, const TomlNode& found, std::uint64_t number,
                              const Range& range, bool is_size) {
  if (number >= range.min && number <= range.max) {
    if (number < range.advised) {
      diagnostics_->warning(fmt::format("`{}` is small", path_of(key)), found.where,
                            fmt::format("every server should take {} ({})",
                                        number_text(range.advised, is_size), range.why));
    }
    return true;
  }
  const bool small = number < range.min;
  std::string hint = fmt::format("must be at {} {}", small ? "least" : "most",
                                 number_text(small ? range.min : range.max, is_size));
  if (!range.why.empty()) hint += fmt::format(" ({})", range.why);
  diagnostics_->error(fmt::format("`{}` is too {}", path_of(key), small ? "small" : "large"),
                      found.where, hint);
  return false;
}

void TableReader::read(std::string_view key, std::string& value) {
  const TomlNode* found = find(key, TomlNode::Kind::text, "a string");
  if (found != nullptr) value = found->text;
}

void TableReader::read_count(std::string_view key, std::size_t& value, Range range) {
  const TomlNode* found = find(key, TomlNode::Kind::integer, "a whole number");
  if (found != nullptr) take_count(key, *found, range, value);
}

void TableReader::take_count(std::string_view key, const TomlNode& found, Range range,
                             std::size_t& value) {
  if (found.integer < 0) {
    diagnostics_->error(fmt::format("`{}` is too small", path_of(key)), found.where,
                        fmt::format("must be at least {}", range.min));
    return;
  }
  const auto number = static_cast<std::uint64_t>(found.integer);
  if (check_range(key, found, number, range, false)) value = number;
}

void TableReader::read_count_or_off(std::string_view key, std::optional<std::size_t>& value,
                                    Range range) {
  const TomlNode* found = find(key);
  if (found == nullptr) return;
  if (is_off(*found)) {
    value.reset();
  } else if (found->kind != TomlNode::Kind::integer) {
    wrong_kind(key, *found, R"(a whole number or "off")");
  } else {
    take_count(key, *found, range, value.emplace());
  }
}

void TableReader::read_rate_or_off(std::string_view key, std::optional<std::size_t>& value,
                                   const Rate& rate) {
  const TomlNode* found = find(key);
  if (found == nullptr) return;
  if (is_off(*found)) {
    value.reset();
    return;
  }
  const std::string expected = fmt::format(R"(a rate such as "{}", or "off")", rate.example);
  if (found->kind != TomlNode::Kind::text) {
    wrong_kind(key, *found, expected);
    return;
  }
  const std::optional<std::uint64_t> number = rate.parse(found->text);
  if (!number) {
    diagnostics_->error(fmt::format("`{}` is no rate", path_of(key)), found->where,
                        fmt::format("expected {}", expected));
  } else if (check_range(key, *found, *number, rate.range, false)) {
    value.emplace(*number);
  }
}

bool TableReader::read_flag(std::string_view key, bool& value) {
  const TomlNode* found = find(key, TomlNode::Kind::boolean, "true or false");
  if (found == nullptr) return false;
  value = found->boolean;
  return true;
}

void TableReader::read_size(std::string_view key, std::uint64_t& value, Range range) {
  constexpr std::string_view expected = R"(a size such as "50 MiB", or a number of octets)";
  const TomlNode* found = find(key);
  if (found == nullptr) return;
  if (found->kind != TomlNode::Kind::integer && found->kind != TomlNode::Kind::text) {
    wrong_kind(key, *found, expected);
    return;
  }
  const std::optional<std::uint64_t> number = size_of(*found);
  if (!number) {
    diagnostics_->error(fmt::format("`{}` is no size", path_of(key)), found->where,
                        fmt::format("expected {}", expected));
    return;
  }
  if (check_range(key, *found, *number, range, true)) value = *number;
}

void TableReader::read_duration(std::string_view key, std::chrono::milliseconds& value,
                                TimeRange range) {
  constexpr std::string_view expected = R"(a time such as "30s", "5m", "1h" or "250ms")";
  const TomlNode* found = find(key, TomlNode::Kind::text, expected);
  if (found == nullptr) return;
  const std::optional<std::chrono::milliseconds> duration = parse_duration(found->text);
  if (!duration) {
    diagnostics_->error(fmt::format("`{}` is no time", path_of(key)), found->where,
                        fmt::format("expected {}", expected));
  } else if (*duration < range.min) {
    diagnostics_->error(fmt::format("`{}` is too small", path_of(key)), found->where,
                        range.min_text.empty()
                            ? std::string{"must be more than zero"}
                            : fmt::format("must be at least {}", range.min_text));
  } else if (*duration > range.max) {
    diagnostics_->error(fmt::format("`{}` is too large", path_of(key)), found->where,
                        fmt::format("must be at most {}", range.max_text));
  } else {
    value = *duration;
  }
}

std::optional<std::size_t> TableReader::read_choice(std::string_view key,
                                                    const std::vector<std::string_view>& names) {
  const TomlNode* found = find(key, TomlNode::Kind::text, choices(names));
  if (found == nullptr) return std::nullopt;
  const auto name = std::ranges::find(names, found->text);
  if (name != names.end()) return static_cast<std::size_t>(name - names.begin());
  const std::string_view meant = closest(found->text, names);
  diagnostics_->error(fmt::format("`{}` has an unknown value", path_of(key)), found->where,
                      meant.empty() ? fmt::format("expected {}", choices(names))
                                    : fmt::format("did you mean \"{}\"?", meant));
  return std::nullopt;
}

std::optional<std::vector<Located>> TableReader::read_texts(std::string_view key) {
  const TomlNode* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (found->kind == TomlNode::Kind::text) return {{{found->text, found->where}}};
  if (found->kind != TomlNode::Kind::array) {
    wrong_kind(key, *found, "a list of strings");
    return std::nullopt;
  }
  return read_text_items(*found, path_of(key), *diagnostics_);
}

std::optional<TableReader> TableReader::read_table(std::string_view key) {
  const TomlNode* found = find(key, TomlNode::Kind::table, "a table");
  if (found == nullptr) return std::nullopt;
  return TableReader{*found, path_of(key), *diagnostics_};
}

void TableReader::finish() {
  for (const TomlEntry& entry : table_->entries) {
    if (std::ranges::find(known_, entry.key) != known_.end()) continue;
    diagnostics_->error(fmt::format("unknown key `{}`", path_of(entry.key)), entry.key_where,
                        hint_for_unknown_key(entry.key, known_));
  }
}

std::vector<Located> read_text_items(const TomlNode& list, std::string_view path,
                                     Diagnostics& diagnostics) {
  std::vector<Located> result;
  for (const TomlNode& item : list.items) {
    if (item.kind == TomlNode::Kind::text) {
      result.push_back({item.text, item.where});
    } else {
      diagnostics.error(fmt::format("wrong type in `{}`", path), item.where,
                        wrong_kind_hint("a string", item));
    }
  }
  return result;
}

}  // namespace quoth::app
