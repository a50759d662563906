#pragma once

#include <string>

#include "conform/battery.hpp"

namespace quoth::app {

enum class Colour : bool { no, yes };

/// A run for people: the cases by group, the dialogue of each that failed, the counts.
[[nodiscard]] std::string conform_text(const conform::Report& report, Colour colour);

/// A run for machines: one JSON object, whose `cases` is a list.
[[nodiscard]] std::string conform_json(const conform::Report& report);

/// The cases without a run: id, level, reference, title.
[[nodiscard]] std::string conform_list(const conform::Cases& cases);

/// The same as a JSON object, whose `cases` is a list.
[[nodiscard]] std::string conform_list_json(const conform::Cases& cases);

}  // namespace quoth::app
