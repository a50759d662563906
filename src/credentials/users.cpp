#include "credentials/users.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "auth/scram_keys.hpp"
#include "credentials/password_hash.hpp"
#include "credentials/scram_text.hpp"
#include "crypto/hash.hpp"

namespace quoth::credentials {
namespace {

// What an unknown user is measured against where no user has a password.
constexpr std::string_view usual_hash =
    "$y$j9T$9WBa9xfeW7qB4y52xy2/X1$sKa7hDY0j2FzkHBh9P/hFNm.onkVbCwgot8BCVJgEN4";

const auth::ScramKeys* strongest_keys(const User& user, auth::ScramHash& hash) noexcept {
  hash = user.sha256 ? auth::ScramHash::sha256 : auth::ScramHash::sha1;
  return user.keys(hash);
}

/// The same for users whose passwords take the same time to verify. Empty: there is none.
std::string cost_class(const User& user) {
  if (!user.hash.empty()) return std::string{hash_cost(user.hash)};
  auth::ScramHash hash{};
  const auth::ScramKeys* const keys = strongest_keys(user, hash);
  return keys == nullptr ? "" : fmt::format("{}${}", scram_name(hash), keys->iterations);
}

/// Counts values of a kind, each with the first user who has it.
template <class Value>
class Census {
 public:
  void count(Value value, const User& user) {
    const auto [place, is_new] = counts_.try_emplace(std::move(value), Counted{0, &user});
    ++place->second.times;
  }
  /// Null: nothing was counted. Of equals the first, so that it does not change by itself.
  [[nodiscard]] const User* most_common() const noexcept {
    const auto most =
        std::ranges::max_element(counts_, {}, [](const auto& each) { return each.second.times; });
    return most == counts_.end() ? nullptr : most->second.example;
  }

 private:
  struct Counted {
    std::size_t times;
    const User* example;
  };
  std::map<Value, Counted> counts_;
};

}  // namespace

bool Users::add(User user) {
  if (first_hash_.empty()) first_hash_ = user.hash;
  std::string identity = crypto::digest(crypto::Hash::sha256, format_line(user));
  std::string name = user.name;
  return users_.try_emplace(std::move(name), KnownUser{std::move(user), std::move(identity)})
      .second;
}

const KnownUser* Users::find(std::string_view name) const noexcept {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

const User& Users::model() const noexcept {
  static const User usual{"", std::string{usual_hash}, {}, {}};
  return model_ == nullptr ? usual : *model_;
}

ScramShape Users::scram_shape(auth::ScramHash hash) const noexcept {
  return hash == auth::ScramHash::sha1 ? sha1_shape_ : sha256_shape_;
}

bool Users::verify(const User& user, std::string_view password) const {
  if (!goes_by_keys_) return verify_user(user, password);
  return auth::is_password_of(*user.sha256, auth::ScramHash::sha256, password);
}

void Users::choose_secret() {
  std::string known = first_hash_;
  if (known.empty()) {
    for (const auto& [name, each] : users_) known += each.identity;
  }
  if (!known.empty()) secret_ = crypto::hmac(crypto::Hash::sha256, known, "made-up salts");
}

void Users::choose_way() {
  goes_by_keys_ = model_ != nullptr && model_->sha256;
  for (const auto& [name, known] : users_) {
    const User& user = known.user;
    if (!goes_by_keys_ || !has_password(user)) continue;
    goes_by_keys_ = user.sha256 && user.sha256->iterations == model_->sha256->iterations;
  }
}

void Users::choose_models() {
  choose_secret();
  Census<std::string> costs;
  for (const auto& [name, known] : users_) {
    if (has_password(known.user)) costs.count(cost_class(known.user), known.user);
  }
  model_ = costs.most_common();
  choose_way();
  for (const auth::ScramHash hash : {auth::ScramHash::sha1, auth::ScramHash::sha256}) {
    Census<std::pair<std::uint32_t, std::size_t>> shapes;
    for (const auto& [name, known] : users_) {
      if (const auth::ScramKeys* const keys = known.user.keys(hash)) {
        shapes.count({keys->iterations, keys->salt.size()}, known.user);
      }
    }
    if (const User* const common = shapes.most_common()) {
      const auth::ScramKeys& keys = *common->keys(hash);
      auto& shape = hash == auth::ScramHash::sha1 ? sha1_shape_ : sha256_shape_;
      shape = {keys.iterations, keys.salt.size()};
    }
  }
}

std::string problem_text(std::string_view path, const Problem& problem) {
  return fmt::format("{}:{}:{}: {}; {}", path, problem.line, problem.column, problem.message,
                     problem.advice);
}

ParsedUsers parse_users(std::string_view text) {
  ParsedUsers parsed;
  for (std::size_t number = 1; !text.empty() && parsed.problems.size() < max_problems; ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto read = parse_line(line);
    if (auto* error = std::get_if<LineError>(&read)) {
      parsed.problems.push_back(
          {number, error->column, std::move(error->message), std::move(error->advice)});
    } else if (auto* user = std::get_if<User>(&read)) {
      const std::string name = user->name;
      if (parsed.users.add(std::move(*user))) continue;
      parsed.problems.push_back(
          {number, 1, fmt::format("`{}` stands here a second time", name), "remove one of them"});
    }
  }
  parsed.users.choose_models();
  return parsed;
}

bool has_password(const User& user) noexcept {
  return !user.hash.empty() || user.sha256 || user.sha1;
}

bool verify_user(const User& user, std::string_view password) {
  if (!user.hash.empty()) return verify_hash(password, user.hash);
  auth::ScramHash hash{};
  const auth::ScramKeys* const keys = strongest_keys(user, hash);
  if (keys == nullptr) return false;
  return auth::is_password_of(*keys, hash, password);
}

}  // namespace quoth::credentials
