#pragma once

#include <cstdint>
#include <string>

#include <quoth/result.hpp>

namespace quoth::spool {

/// Makes `path` and what is missing above it, each name on stable storage. Blocks.
[[nodiscard]] Result<void> make_folders(const std::string& path);

/// Returns when the names in `path` are on stable storage. Blocks.
[[nodiscard]] Result<void> sync_folder(const std::string& path);

/// Octets that an ordinary user may still write where `path`, or what exists above it, is.
[[nodiscard]] Result<std::uint64_t> free_octets(const std::string& path);

}  // namespace quoth::spool
