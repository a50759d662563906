// Feeds any octets to the reader of users files: a line that is taken comes back the same, a user
// is found by the name he has, and what is wrong with a file never shows a line of it but a name.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <quoth/assert.hpp>

#include "credentials/users.hpp"
#include "credentials/users_edit.hpp"

namespace {

using namespace quoth::credentials;

void check_user(const User& user) {
  QUOTH_ASSERT(problem_of_name(user.name).empty());
  const std::string line = format_line(user);
  QUOTH_ASSERT(line.find('\n') == std::string::npos && line.size() <= max_line_bytes);
  const auto again = parse_line(line);
  const auto* const same = std::get_if<User>(&again);
  QUOTH_ASSERT(same != nullptr && same->name == user.name && same->hash == user.hash);
  QUOTH_ASSERT(format_line(*same) == line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  const auto read = parse_line(text.substr(0, text.find('\n')));
  if (const auto* const user = std::get_if<User>(&read)) check_user(*user);
  if (const auto* const error = std::get_if<LineError>(&read)) {
    QUOTH_ASSERT(error->column >= 1 && error->column <= text.size() + 1);
    QUOTH_ASSERT(!error->message.empty() && !error->advice.empty());
  }

  const ParsedUsers parsed = parse_users(text);
  QUOTH_ASSERT(parsed.problems.size() <= max_problems);
  for (const auto& [name, known] : parsed.users.all()) {
    QUOTH_ASSERT(name == known.user.name && parsed.users.find(name) == &known);
    check_user(known.user);
  }
  if (!parsed.problems.empty()) return 0;
  (void)problem_of_name(parsed.users.model().name);

  // Whoever is added to a good file is there, and nobody else has changed.
  const std::string more = with_user(text, User{"fuzz", "", {}, {}});
  const ParsedUsers after = parse_users(more);
  QUOTH_ASSERT(after.problems.empty() && after.users.find("fuzz") != nullptr);
  const std::size_t before =
      parsed.users.find("fuzz") == nullptr ? parsed.users.size() + 1 : parsed.users.size();
  QUOTH_ASSERT(after.users.size() == before);
  const std::optional<std::string> less = without_user(more, "fuzz");
  QUOTH_ASSERT(less && parse_users(*less).users.find("fuzz") == nullptr);
  return 0;
}
