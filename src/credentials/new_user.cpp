#include "credentials/new_user.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "auth/name.hpp"
#include "auth/saslprep.hpp"
#include "auth/scram_keys.hpp"
#include "credentials/scram_text.hpp"
#include "credentials/users.hpp"
#include "crypto/random.hpp"

namespace quoth::credentials {
namespace {

constexpr auth::ScramHash scram_hashes[]{auth::ScramHash::sha256, auth::ScramHash::sha1};

}  // namespace

std::optional<HashKind> hash_kind_of_name(std::string_view name) noexcept {
  for (const HashKind kind : {HashKind::yescrypt, HashKind::bcrypt, HashKind::sha512}) {
    if (hash_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view problem_of_password(std::string_view password) {
  if (password.empty()) return "is empty";
  if (password.size() > auth::max_name_bytes) return "is longer than 255 octets";
  const auto prepared = auth::saslprep(password, auth::Unassigned::refused);
  if (!prepared) return "is not UTF-8, or has characters that none may have (RFC 4013 §2.3)";
  if (prepared->empty()) return "is empty but for what cannot be seen";
  return prepared->size() > auth::max_name_bytes ? "is longer than 255 octets" : "";
}

std::optional<std::string> prepared_password(std::string_view password) {
  if (!problem_of_password(password).empty()) return std::nullopt;
  return auth::saslprep(password, auth::Unassigned::refused);
}

Result<User> make_user(std::string_view name, std::string_view password, const Recipe& recipe) {
  User user{std::string{name}, {}, {}, {}};
  Result<std::string> hash = make_hash(password, recipe.kind, recipe.cost);
  if (!hash) return hash.error();
  user.hash = *std::move(hash);
  if (!recipe.has_scram) return user;
  for (const auth::ScramHash each : scram_hashes) {
    auto& place = each == auth::ScramHash::sha1 ? user.sha1 : user.sha256;
    place = auth::make_scram_keys(each, password, crypto::random_octets(auth::usual_salt_bytes),
                                  recipe.iterations);
  }
  return user;
}

bool fits_all(const User& user, std::string_view password) {
  if (!verify_user(user, password)) return false;
  for (const auth::ScramHash each : scram_hashes) {
    const auth::ScramKeys* const keys = user.keys(each);
    if (keys != nullptr && !auth::is_password_of(*keys, each, password)) return false;
  }
  return true;
}

std::string kinds_text(const User& user) {
  std::string text;
  const auto add = [&text](std::string_view kind) {
    if (!text.empty()) text += ", ";
    text += kind;
  };
  if (const auto kind = hash_kind(user.hash)) add(hash_kind_name(*kind));
  for (const auth::ScramHash each : scram_hashes) {
    if (user.keys(each) != nullptr) add(scram_name(each));
  }
  return text.empty() ? "no password" : text;
}

}  // namespace quoth::credentials
