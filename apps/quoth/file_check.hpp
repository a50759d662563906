#pragma once

#include <string>

#include "apps/quoth/table_reader.hpp"

namespace quoth::app {

/// Why the file cannot be read, as a part of a sentence; empty: it can.
[[nodiscard]] std::string problem_of_file(const std::string& path);

/// Reports a file named in a configuration that cannot be read.
/// @returns whether it can.
bool check_file(const std::string& path, std::string_view key, Region where,
                Diagnostics& diagnostics);

/// Warns of a file that is secret, and that everybody on the machine may read.
void check_secret(const std::string& path, std::string_view key, Region where,
                  Diagnostics& diagnostics);

}  // namespace quoth::app
