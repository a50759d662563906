#include "conform/stored_mail.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace quoth::conform {
namespace {

namespace fs = std::filesystem;

std::string with_lf(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') result += text[i];
  }
  return result;
}

bool has(const StoredFile& file, std::string_view word) {
  return file.content.find(word) != std::string::npos;
}

std::size_t count_with(const std::vector<StoredFile>& files, std::string_view word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(files, [word](const StoredFile& file) { return has(file, word); }));
}

/// Where `filled.text` stands.
std::size_t position_of(const Stored& filled, std::string_view content) {
  const std::string text = with_lf(filled.text);
  return filled.ignores_case ? ascii::lower(content).find(ascii::lower(text)) : content.find(text);
}

/// Mail that is still being written, and the files of Dovecot's that are no mail.
bool is_no_mail(const fs::directory_entry& entry, std::error_code& error) {
  const std::string filename = entry.path().filename().string();
  return entry.is_directory(error) ? filename == "tmp" : filename.starts_with("dovecot");
}

std::string problem_of_decided(const Outcome& outcome, const Stored& filled,
                               const std::vector<StoredFile>& files) {
  const std::size_t count = count_with(files, outcome.mark);
  const std::size_t wanted = outcome.was_taken ? 1 : 0;
  if (count != wanted) {
    return fmt::format("the message was {}, and stored {} times",
                       outcome.was_taken ? "accepted" : "refused", count);
  }
  if (count == 0) return {};
  const auto file = std::ranges::find_if(
      files, [&outcome](const StoredFile& each) { return has(each, outcome.mark); });
  const std::size_t at = position_of(filled, file->content);
  if (at == std::string::npos) return "what was stored differs from what was sent";
  if (!filled.ahead_of.empty() && at >= file->content.find(with_lf(filled.ahead_of))) {
    return fmt::format("\"{}\" does not stand on top of what was stored", filled.text);
  }
  if (!filled.lacks.empty() && has(*file, with_lf(filled.lacks))) {
    return fmt::format("what was stored contains \"{}\"", filled.lacks);
  }
  return {};
}

std::string problem_of_smuggling(const Outcome& outcome, const std::vector<StoredFile>& files) {
  for (const StoredFile& file : files) {
    if (has(file, outcome.mark2) && !has(file, outcome.mark)) {
      return "a second message was delivered: it was smuggled";
    }
  }
  return count_with(files, outcome.mark) > 1 ? "the message was stored more than once"
                                             : std::string{};
}

}  // namespace

std::vector<StoredFile> files_with(const fs::path& folder, std::string_view word,
                                   fs::file_time_type since) {
  std::vector<StoredFile> result;
  std::error_code error;
  fs::recursive_directory_iterator walk{folder, fs::directory_options::skip_permission_denied,
                                        error};
  for (; !error && walk != fs::recursive_directory_iterator{}; walk.increment(error)) {
    std::error_code ignored;
    if (is_no_mail(*walk, ignored)) {
      walk.disable_recursion_pending();
      continue;
    }
    if (!walk->is_regular_file(ignored) || walk->last_write_time(ignored) < since) continue;
    std::ifstream in{walk->path(), std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
    if (content.find(word) == std::string::npos) continue;
    result.push_back({walk->path().string(), with_lf(content)});
  }
  return result;
}

std::string problem_of_stored(const Outcome& outcome, const Stored& filled,
                              const std::vector<StoredFile>& files) {
  switch (filled.rule) {
    case Stored::Rule::not_looked_at: break;
    case Stored::Rule::as_decided:
      return outcome.has_verdict ? problem_of_decided(outcome, filled, files) : std::string{};
    case Stored::Rule::never:
      if (count_with(files, outcome.mark) > 0) return "it was stored, and must not be";
      break;
    case Stored::Rule::together: return problem_of_smuggling(outcome, files);
  }
  return {};
}

bool is_complete(const Outcome& outcome, const std::vector<StoredFile>& files) {
  if (!outcome.was_taken || outcome.about->stored.rule == Stored::Rule::not_looked_at) return true;
  return count_with(files, outcome.mark) > 0;
}

}  // namespace quoth::conform
