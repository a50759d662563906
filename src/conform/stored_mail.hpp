#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conform/outcome.hpp"

namespace quoth::conform {

/// A file below the folder of --maildir that has to do with this run.
struct StoredFile {
  std::string path;
  std::string content;  ///< Line ends as LF.
};

/// All files below `folder` that contain `word` and were written since then: a Maildir may be
/// large. What cannot be read is passed over, as are folders `tmp` and files `dovecot*`.
[[nodiscard]] std::vector<StoredFile> files_with(const std::filesystem::path& folder,
                                                 std::string_view word,
                                                 std::filesystem::file_time_type since);

/// What is wrong with what was stored for a case; empty: nothing. `texts` are the case's own,
/// filled.
[[nodiscard]] std::string problem_of_stored(const Outcome& outcome, const Stored& filled,
                                            const std::vector<StoredFile>& files);

/// Whether something is still to arrive that must.
[[nodiscard]] bool is_complete(const Outcome& outcome, const std::vector<StoredFile>& files);

}  // namespace quoth::conform
