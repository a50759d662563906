#include "credentials/user_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "auth/scram_keys.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "net/peer_keys.hpp"

namespace quoth::credentials {
namespace {

using Stopwatch = std::chrono::steady_clock;

constexpr std::size_t known_places = 16384;
constexpr std::chrono::hours known_for{24 * 30};
constexpr std::size_t suspected_places = 16384;
constexpr std::chrono::minutes suspected_for{10};

std::size_t thread_count(std::size_t wanted) noexcept {
  if (wanted > 0) return wanted;
  return std::max<std::size_t>(std::thread::hardware_concurrency() / 2, 1);
}

/// The network of an address, as a key; a Unix socket's clients, who have none, are one network.
std::string network_of(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string{address}, error);
  if (error) return {};
  const boost::asio::ip::tcp::endpoint endpoint{parsed, 0};
  const std::optional<net::PeerKeys> keys = net::peer_keys(endpoint);
  return keys ? std::string{keys->network.begin(), keys->network.end()} : std::string{};
}

}  // namespace

UserStore::UserStore(const UsersFileOptions& options)
    : file_{options.path},
      logins_{options.remembered_logins, options.remembered_for},
      places_{known_places, known_for},
      suspects_{suspected_places, suspected_for},
      secret_{crypto::random_octets(crypto::digest_bytes(crypto::Hash::sha256))},
      hashing_{{.threads = thread_count(options.threads), .longest_wait = options.longest_wait}} {
  if (options.path.empty()) throw std::invalid_argument("users_file: path is empty");
}

void UserStore::start(Log& log) {
  const std::lock_guard lock{start_mutex_};
  if (!is_started_) file_.load(log);
  is_started_ = true;
}

Awaitable<Verdict> UserStore::check(std::string address, const auth::Password& login,
                                    std::shared_ptr<void> until) {
  const std::shared_ptr<const Users> users = file_.users();
  const KnownUser* const known = users->find(login.user);
  const std::string network = network_of(address);
  std::string_view identity;
  if (known != nullptr) identity = known->identity;
  std::string remembered = joined({login.user, identity, login.password});
  const crypto::WipeAtEnd wipe{remembered};
  if (logins_.contains(remembered, Stopwatch::now())) co_return Verdict::right;

  const bool can_be_right = known != nullptr && has_password(known->user);
  const User* const measured = can_be_right ? &known->user : &users->model();
  // What is looked at lives as long as this coroutine does.
  Hashing::Work work = [&users, measured, can_be_right,
                        password = std::string_view{login.password}] {
    return users->verify(*measured, password) && can_be_right;
  };
  Hashing::Caller caller{standing_of(network, login.user), {network, login.user}, std::move(until)};
  const Verdict verdict = co_await hashing_.verify(std::move(caller), std::move(work));
  if (verdict == Verdict::right) logins_.add(remembered, Stopwatch::now());
  if (verdict == Verdict::wrong) suspects_.add(joined({network}), Stopwatch::now());
  co_return verdict;
}

auth::ScramKeys UserStore::keys_of(const auth::ScramUser& who) const {
  const std::shared_ptr<const Users> users = file_.users();
  const KnownUser* const known = users->find(who.user);
  const auth::ScramKeys* const keys = known == nullptr ? nullptr : known->user.keys(who.hash);
  // Made up in any case, so that the time does not tell who exists.
  auth::ScramKeys offered = made_up_keys(*users, who);
  if (keys != nullptr) offered = *keys;
  return offered;
}

// Nobody can have the password of these. Their salts stay the same, since a real user's do, also
// over a restart, and look as most users' do.
auth::ScramKeys UserStore::made_up_keys(const Users& users, const auth::ScramUser& who) const {
  const crypto::Hash hash = auth::crypto_hash(who.hash);
  const ScramShape shape = users.scram_shape(who.hash);
  const std::string& secret = users.secret().empty() ? secret_ : users.secret();
  std::string salt;
  for (char block = '0'; salt.size() < shape.salt_bytes; ++block) {
    salt += crypto::hmac(hash, secret, std::string{"salt"} + block + who.user);
  }
  salt.resize(shape.salt_bytes);
  const std::size_t size = crypto::digest_bytes(hash);
  return {salt, shape.iterations, crypto::random_octets(size), crypto::random_octets(size)};
}

Standing UserStore::standing_of(std::string_view network, std::string_view user) {
  const Stopwatch::time_point now = Stopwatch::now();
  const bool is_known =
      places_.contains(joined({network, user}), now) || places_.contains(joined({network}), now);
  if (is_known) return Standing::known;
  return suspects_.contains(joined({network}), now) ? Standing::suspect : Standing::stranger;
}

void UserStore::remember_place(std::string_view address, std::string_view user) {
  const Stopwatch::time_point now = Stopwatch::now();
  const std::string network = network_of(address);
  places_.add(joined({network}), now);
  places_.add(joined({network, user}), now);
}

}  // namespace quoth::credentials
