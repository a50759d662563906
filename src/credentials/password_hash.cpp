#include "credentials/password_hash.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <crypt.h>
#include <boost/system/error_code.hpp>

#include "core/ascii.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace quoth::credentials {
namespace {

struct Kind {
  HashKind kind;
  std::string_view name;
  std::string_view prefix;
  HashCost cost;
  std::size_t digest_chars;  // behind the last '$'
};

// The first of a kind is the one that new hashes are made with.
constexpr std::array kinds{
    Kind{HashKind::yescrypt, "yescrypt", "$y$", 5, 43},
    Kind{HashKind::bcrypt, "bcrypt", "$2b$", 11, 53},
    Kind{HashKind::bcrypt, "bcrypt", "$2y$", 11, 53},
    Kind{HashKind::bcrypt, "bcrypt", "$2a$", 11, 53},
    Kind{HashKind::sha512, "sha512", "$6$", 100000, 86},
};

constexpr std::size_t salt_octets = 16;

const Kind& entry_of(HashKind kind) noexcept {
  for (const Kind& each : kinds) {
    if (each.kind == kind) return each;
  }
  return kinds.front();
}

/// 32 KiB which libxcrypt works in, with the password among it: wiped by its owner.
class Work {
 public:
  Work() : octets_(sizeof(crypt_data), '\0'), wipe_{octets_} {}

  /// Null: crypt(3) refuses.
  [[nodiscard]] const char* run(const std::string& password, const std::string& setting) noexcept {
    return ::crypt_rn(password.c_str(), setting.c_str(), octets_.data(),
                      static_cast<int>(octets_.size()));
  }

 private:
  std::string octets_;
  crypto::WipeAtEnd wipe_;
};

error_code errno_code() noexcept { return {errno, boost::system::generic_category()}; }

bool is_hashable(std::string_view password) noexcept {
  return password.size() <= max_password_bytes && password.find('\0') == std::string_view::npos;
}

}  // namespace

std::string_view hash_kind_name(HashKind kind) noexcept { return entry_of(kind).name; }

std::optional<HashKind> hash_kind(std::string_view hash) {
  for (const Kind& each : kinds) {
    if (!hash.starts_with(each.prefix)) continue;
    const std::string setting{hash};
    if (hash.size() - hash.rfind('$') - 1 != each.digest_chars) return std::nullopt;
    if (::crypt_checksalt(setting.c_str()) != CRYPT_SALT_OK) return std::nullopt;
    return each.kind;
  }
  return std::nullopt;
}

std::string_view unfit_hash_name(std::string_view hash) noexcept {
  if (hash.starts_with("$1$")) return "MD5-crypt";
  if (hash.starts_with("$apr1$")) return "Apache's MD5";
  if (hash.starts_with("$5$")) return "SHA-256-crypt";
  if (hash.starts_with("{SHA}")) return "SHA-1 without a salt";
  constexpr std::size_t des_chars = 13;
  const bool is_des = hash.size() == des_chars && std::ranges::all_of(hash, [](char c) {
                        return ascii::is_alnum(c) || c == '.' || c == '/';
                      });
  return is_des ? "DES" : "";
}

std::string_view hash_cost(std::string_view hash) noexcept {
  // "$y$j9T$salt$…", "$2b$11$…", "$6$rounds=5000$salt$…"; "$6$salt$…" means 5000 rounds.
  if (hash.starts_with("$6$") && !hash.starts_with("$6$rounds=")) return hash.substr(0, 3);
  const std::size_t kind_end = hash.find('$', 1);
  if (kind_end == std::string_view::npos) return hash;
  const std::size_t end = hash.find('$', kind_end + 1);
  return end == std::string_view::npos ? hash : hash.substr(0, end + 1);
}

Result<std::string> make_hash(std::string_view password, HashKind kind, HashCost cost) {
  if (!is_hashable(password)) return make_error_code(boost::system::errc::invalid_argument);
  const Kind& entry = entry_of(kind);
  const std::string prefix{entry.prefix};
  const std::string random = crypto::random_octets(salt_octets);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (::crypt_gensalt_rn(prefix.c_str(), cost == 0 ? entry.cost : cost, random.data(),
                         static_cast<int>(random.size()), setting.data(),
                         static_cast<int>(setting.size())) == nullptr) {
    return errno_code();
  }
  std::string copy{password};
  const crypto::WipeAtEnd wipe{copy};
  const auto work = std::make_unique<Work>();
  const char* const hash = work->run(copy, setting.data());
  if (hash == nullptr) return errno_code();
  return std::string{hash};
}

bool verify_hash(std::string_view password, const std::string& hash) {
  if (!is_hashable(password)) return false;
  std::string copy{password};
  const crypto::WipeAtEnd wipe{copy};
  const auto work = std::make_unique<Work>();
  const char* const made = work->run(copy, hash);
  return made != nullptr && crypto::equal_in_constant_time(made, hash);
}

}  // namespace quoth::credentials
