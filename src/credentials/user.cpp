#include "credentials/user.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "auth/saslprep.hpp"
#include "credentials/password_hash.hpp"
#include "credentials/scram_text.hpp"

namespace quoth::credentials {
namespace {

constexpr std::string_view write_anew = "write it anew with `quoth passwd add --replace`";

std::string message_of_bad_hash(std::string_view name, std::string_view hash) {
  const std::string_view kind = unfit_hash_name(hash);
  if (!kind.empty()) {
    return fmt::format("the hash of `{}` is {}, which is too weak", name, kind);
  }
  return fmt::format(
      "the hash of `{}` is cut, or of a kind that is not taken here: yescrypt, bcrypt and "
      "SHA-512-crypt are",
      name);
}

/// Reads one line, from left to right.
class LineParser {
 public:
  explicit LineParser(std::string_view line) noexcept : line_{line} {}

  std::variant<NoUser, User, LineError> parse();

 private:
  using Problem = std::optional<LineError>;

  Problem take_name();
  Problem take_hash();
  Problem take_keys();

  /// What comes up to the next `end`, or the end of the line; goes on behind it.
  std::string_view next(char end) noexcept;
  [[nodiscard]] bool is_at_end() const noexcept { return rest_ >= line_.size(); }
  [[nodiscard]] LineError error(std::string message, std::string_view advice) const {
    return {column_, std::move(message), std::string{advice}};
  }

  std::string_view line_;
  std::size_t column_ = 1;  // of what next() gave
  std::size_t rest_ = 0;
  User user_;
};

std::string_view LineParser::next(char end) noexcept {
  column_ = rest_ + 1;
  const std::size_t stop = std::min(line_.find(end, rest_), line_.size());
  const std::string_view part = line_.substr(rest_, stop - rest_);
  rest_ = std::min(stop + 1, line_.size());
  return part;
}

LineParser::Problem LineParser::take_name() {
  if (line_.find(':') == std::string_view::npos) {
    return error("no ':' stands behind a name", "a line is name:hash, or a comment behind '#'");
  }
  const std::string_view name = next(':');
  if (const std::string_view why = problem_of_name(name); !why.empty()) {
    return error(fmt::format("the name {}", why), "choose another name");
  }
  user_.name = *prepared_name(name);
  return std::nullopt;
}

LineParser::Problem LineParser::take_hash() {
  const std::string_view hash = next(':');
  if (hash.empty() || hash == "*") return std::nullopt;
  if (!hash_kind(hash)) return error(message_of_bad_hash(user_.name, hash), write_anew);
  user_.hash = hash;
  return std::nullopt;
}

LineParser::Problem LineParser::take_keys() {
  while (!is_at_end()) {
    std::optional<NamedKeys> found = parse_scram(next(','));
    if (!found) {
      return error(fmt::format("what follows the hash of `{}` are no SCRAM keys", user_.name),
                   write_anew);
    }
    auto& place = found->hash == auth::ScramHash::sha1 ? user_.sha1 : user_.sha256;
    if (place) {
      return error(
          fmt::format("`{}` has two sets of keys for {}", user_.name, scram_name(found->hash)),
          "remove one");
    }
    place = std::move(found->keys);
  }
  return std::nullopt;
}

std::variant<NoUser, User, LineError> LineParser::parse() {
  if (line_.empty() || line_.front() == '#') return NoUser{};
  if (line_.size() > max_line_bytes) {
    return error(fmt::format("the line is longer than {} octets", max_line_bytes), "shorten it");
  }
  for (const auto take : {&LineParser::take_name, &LineParser::take_hash, &LineParser::take_keys}) {
    if (auto problem = (this->*take)()) return *std::move(problem);
  }
  return std::move(user_);
}

}  // namespace

std::string_view problem_of_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > max_name_bytes) return "is longer than 255 octets";
  if (name.find(':') != std::string_view::npos) return "has a ':' in it";
  if (name.front() == '#') return "begins with '#', as a comment does";
  if (name.front() == ' ' || name.back() == ' ') return "begins or ends with a space";
  const auto prepared = auth::saslprep(name, auth::Unassigned::refused);
  if (!prepared) return "is not UTF-8, or has characters that no name may have (RFC 4013 §2.3)";
  if (prepared->empty()) return "is empty but for what cannot be seen";
  // What it is turned into must hold to the same rules, since it is what a file keeps.
  return *prepared == name ? "" : problem_of_name(*prepared);
}

std::optional<std::string> prepared_name(std::string_view name) {
  if (!problem_of_name(name).empty()) return std::nullopt;
  return auth::saslprep(name, auth::Unassigned::refused);
}

std::variant<NoUser, User, LineError> parse_line(std::string_view line) {
  return LineParser{line}.parse();
}

std::string format_line(const User& user) {
  std::string line = fmt::format("{}:{}", user.name, user.hash.empty() ? "*" : user.hash);
  char parted_by = ':';
  for (const auth::ScramHash hash : {auth::ScramHash::sha256, auth::ScramHash::sha1}) {
    const auth::ScramKeys* const keys = user.keys(hash);
    if (keys == nullptr) continue;
    line += parted_by;
    line += format_scram(hash, *keys);
    parted_by = ',';
  }
  return line;
}

}  // namespace quoth::credentials
