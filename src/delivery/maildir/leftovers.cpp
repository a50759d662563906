#include "delivery/maildir/leftovers.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "delivery/maildir/file_name.hpp"

namespace quoth::delivery::maildir {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error)) {
    result.push_back(it->path());
  }
  return result;
}

std::size_t clean_maildir(const fs::path& maildir, std::string_view hostname) {
  std::size_t removed = 0;
  for (const fs::path& file : entries_of(maildir / "tmp")) {
    const std::optional<Maker> maker = maker_of(file.filename().string(), hostname);
    std::error_code error;
    if (maker && is_orphan(*maker) && fs::remove(file, error)) ++removed;
  }
  return removed;
}

/// The folders that one more component of the pattern leads to.
std::vector<fs::path> descend(const std::vector<fs::path>& folders, const fs::path& component) {
  std::vector<fs::path> result;
  const bool is_literal = component.string().find('{') == std::string::npos;
  for (const fs::path& folder : folders) {
    if (is_literal) {
      result.push_back(folder / component);
      continue;
    }
    for (fs::path& entry : entries_of(folder)) {
      std::error_code error;
      if (fs::is_directory(entry, error)) result.push_back(std::move(entry));
    }
  }
  return result;
}

}  // namespace

std::size_t remove_leftovers(const std::string& pattern, std::string_view hostname) {
  const fs::path path{pattern};
  std::vector<fs::path> folders{path.has_root_path() ? path.root_path() : fs::path{"."}};
  for (const fs::path& component : path.relative_path()) folders = descend(folders, component);
  std::size_t removed = 0;
  for (const fs::path& maildir : folders) removed += clean_maildir(maildir, hostname);
  return removed;
}

}  // namespace quoth::delivery::maildir
