#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/quoth/diagnostics.hpp"
#include "apps/quoth/toml_tree.hpp"

namespace quoth::app {

/// A text of a file and where it stands.
struct Located {
  std::string text;
  Region where;
};

/// What a number may be, and why, if that is not plain to see.
struct Range {
  std::uint64_t min = 1;
  std::uint64_t max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::string_view why{};
  std::uint64_t advised = 0;  ///< Less is taken, with a warning that names `why`.
};

/// What a time may be.
struct TimeRange {
  std::chrono::milliseconds min{1};
  std::chrono::milliseconds max = std::chrono::hours{24};
  std::string_view max_text = "24h";
  std::string_view min_text{};  ///< Empty: what is more than zero is enough.
};

/// How a rate is written.
struct Rate {
  std::optional<std::uint64_t> (*parse)(std::string_view text);
  std::string_view example;
  Range range{};
};

/// Takes the keys of one table of a configuration, reports values that are not what they should be,
/// and at the end the keys that nobody asked for. A wrong value leaves what the caller has.
class TableReader {
 public:
  /// Borrows both. `path` names the table in messages; empty: the file itself.
  TableReader(const TomlNode& table, std::string path, Diagnostics& diagnostics);

  /// The value, whatever its kind; none if the key is absent. From then on the key is known.
  const TomlNode* find(std::string_view key);

  void read(std::string_view key, std::string& value);
  void read_count(std::string_view key, std::size_t& value, Range range);
  /// "2 MiB", or octets as a number.
  void read_size(std::string_view key, std::uint64_t& value, Range range);
  /// "30s".
  void read_duration(std::string_view key, std::chrono::milliseconds& value, TimeRange range = {});
  /// @returns whether it stands there.
  bool read_flag(std::string_view key, bool& value);
  /// A number, or "off".
  void read_count_or_off(std::string_view key, std::optional<std::size_t>& value, Range range);
  /// "60/min", "500 B/s", or "off".
  void read_rate_or_off(std::string_view key, std::optional<std::size_t>& value, const Rate& rate);
  /// The place in `names` of the string that stands there.
  std::optional<std::size_t> read_choice(std::string_view key,
                                         const std::vector<std::string_view>& names);
  /// A list of strings, or one alone. None: absent, or nothing in it was right.
  std::optional<std::vector<Located>> read_texts(std::string_view key);
  /// A table to be read in turn.
  std::optional<TableReader> read_table(std::string_view key);

  /// Reports each key that was not asked for.
  void finish();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] const TomlNode& node() const noexcept { return *table_; }
  [[nodiscard]] Diagnostics& diagnostics() noexcept { return *diagnostics_; }

  /// Reports that the value at `key` is of another kind than `expected`.
  void wrong_kind(std::string_view key, const TomlNode& found, std::string_view expected);

 private:
  const TomlNode* find(std::string_view key, TomlNode::Kind kind, std::string_view expected);
  void take_count(std::string_view key, const TomlNode& found, Range range, std::size_t& value);
  bool check_range(std::string_view key, const TomlNode& found, std::uint64_t number,
                   const Range& range, bool is_size);

  const TomlNode* table_;
  std::string path_;
  Diagnostics* diagnostics_;
  std::vector<std::string_view> known_;
};

/// `items` as a list of strings; reports what is none. `path` names the list in messages.
[[nodiscard]] std::vector<Located> read_text_items(const TomlNode& list, std::string_view path,
                                                   Diagnostics& diagnostics);

}  // namespace quoth::app
