#pragma once

#include <span>
#include <string>
#include <string_view>

namespace quoth::app {

/// What to tell somebody who wrote `key` in a table that knows only `known`: that a later version
/// will have it, where it belongs, which one was meant, or which ones there are.
[[nodiscard]] std::string hint_for_unknown_key(std::string_view key,
                                               std::span<const std::string_view> known);

/// "a, b or c", each in back quotes.
[[nodiscard]] std::string choices(std::span<const std::string_view> names);

/// `key` as a TOML file has it below `table`: `limits.errors`, `route."*"`. `table` may be empty.
[[nodiscard]] std::string key_path(std::string_view table, std::string_view key);

}  // namespace quoth::app
