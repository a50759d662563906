#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quoth::delivery::maildir {

/// Removes from all Maildirs of a template what processes that are gone have left in `tmp`: files
/// whose message was never answered with 250. `pattern` is a path with {domain} and {local} in it.
/// Blocks. What cannot be read is passed over.
/// @returns how many files went.
std::size_t remove_leftovers(const std::string& pattern, std::string_view hostname);

}  // namespace quoth::delivery::maildir
