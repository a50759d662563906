#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <quoth/users_file.hpp>

#include "auth/scram_keys.hpp"
#include "credentials/hashing.hpp"
#include "credentials/recent_keys.hpp"
#include "credentials/users_file.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "net/offload.hpp"
#include "net/peer_keys.hpp"

namespace quoth {
namespace credentials {
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
std::string network_of(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error) return {};
  const boost::asio::ip::tcp::endpoint endpoint{parsed, 0};
  const std::optional<net::PeerKeys> keys = net::peer_keys(endpoint);
  return keys ? std::string{keys->network.begin(), keys->network.end()} : std::string{};
}

// RFC 4954 §6: 535 5.7.8 says nothing of why, 454 4.7.0 that it may be another time.
Decision decision_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::right: return answer(235, "2.7.0 authentication succeeded");
    case Verdict::wrong: return answer(535, "5.7.8 authentication credentials invalid");
    case Verdict::overloaded: break;
  }
  return answer(454, "4.7.0 too many logins at the moment, try again later");
}

class UsersPlugin final : public Plugin {
 public:
  explicit UsersPlugin(const UsersFileOptions& options);
  ~UsersPlugin() override { stop(); }

  [[nodiscard]] std::string_view name() const noexcept override { return "users"; }
  void attach(Chains& chains) override;
  void start(Log& log) override;
  void stop() noexcept override;

 private:
  Awaitable<Decision> check(event::Auth& auth);
  Awaitable<Verdict> check_password(const Session& session, const auth::Password& login);
  [[nodiscard]] Decision offer_keys(event::Auth& auth, const auth::ScramUser& who) const;
  [[nodiscard]] auth::ScramKeys made_up_keys(const auth::ScramUser& who,
                                             const ScramShape& shape) const;
  [[nodiscard]] Standing standing_of(const std::string& network, std::string_view user);
  void remember(const std::string& network, std::string_view user, std::string_view login);

  UsersFile file_;
  Log* log_ = &no_log();
  RecentKeys logins_;  // name, line and password of those who were right
  RecentKeys places_;  // networks, and users in them, that somebody has logged in from
  std::string secret_ = crypto::random_octets(crypto::digest_bytes(crypto::Hash::sha256));
  RecentKeys suspects_;  // networks that a wrong password has come from
  Hashing hashing_;
  net::BlockingPool file_pool_{1};
};

UsersPlugin::UsersPlugin(const UsersFileOptions& options)
    : file_{options.path},
      logins_{options.remembered_logins, options.remembered_for},
      places_{known_places, known_for},
      suspects_{suspected_places, suspected_for},
      hashing_{{.threads = thread_count(options.threads), .longest_wait = options.longest_wait}} {
  if (options.path.empty()) throw std::invalid_argument("users_file: path is empty");
}

void UsersPlugin::attach(Chains& chains) {
  chains.get<event::Auth>().append("users", [this](event::Auth& auth) { return check(auth); });
}

void UsersPlugin::start(Log& log) {
  log_ = &log;
  file_.load(log);
}

void UsersPlugin::stop() noexcept {
  file_pool_.join();
  hashing_.join();
}

Awaitable<Decision> UsersPlugin::check(event::Auth& auth) {
  const auto* const login = std::get_if<auth::Password>(&auth.credentials);
  const auto* const scram = std::get_if<auth::ScramUser>(&auth.credentials);
  if (login == nullptr && scram == nullptr) co_return pass();
  if (file_.is_due(Stopwatch::now())) {
    const auto refresh = [this] {
      file_.refresh(*log_);
      return true;
    };
    (void)co_await net::offload(file_pool_, refresh);
  }
  if (scram != nullptr) co_return offer_keys(auth, *scram);
  const Verdict verdict = co_await check_password(auth.session, *login);
  co_return decision_of(verdict);
}

Awaitable<Verdict> UsersPlugin::check_password(const Session& session,
                                               const auth::Password& login) {
  const std::shared_ptr<const Users> users = file_.users();
  const KnownUser* const known = users->find(login.user);
  const std::string network = network_of(session.client().address);
  std::string_view identity;
  if (known != nullptr) identity = known->identity;
  std::string remembered = joined({login.user, identity, login.password});
  const crypto::WipeAtEnd wipe{remembered};
  if (logins_.contains(remembered, Stopwatch::now())) co_return Verdict::right;

  const bool can_be_right = known != nullptr && has_password(known->user);
  const User* const measured = can_be_right ? &known->user : &users->model();
  // What is looked at lives as long as this coroutine does.
  Hashing::Work work = [measured, can_be_right, password = std::string_view{login.password}] {
    return verify_user(*measured, password) && can_be_right;
  };
  const Standing standing = standing_of(network, login.user);
  const Verdict verdict = co_await hashing_.verify(standing, network, std::move(work));
  if (verdict == Verdict::right) remember(network, login.user, remembered);
  if (verdict == Verdict::wrong) suspects_.add(joined({network}), Stopwatch::now());
  co_return verdict;
}

Decision UsersPlugin::offer_keys(event::Auth& auth, const auth::ScramUser& who) const {
  const std::shared_ptr<const Users> users = file_.users();
  const KnownUser* const known = users->find(who.user);
  const auth::ScramKeys* const keys = known == nullptr ? nullptr : known->user.keys(who.hash);
  // Made up in any case, so that the time does not tell who exists.
  auth::ScramKeys offered = made_up_keys(who, users->scram_shape(who.hash));
  if (keys != nullptr) offered = *keys;
  auth.use_keys(std::move(offered));
  return accept();
}

// Nobody can have the password of these. They stay the same as long as we run, since a real user's
// do, and look as most users' do.
auth::ScramKeys UsersPlugin::made_up_keys(const auth::ScramUser& who,
                                          const ScramShape& shape) const {
  const crypto::Hash hash = auth::crypto_hash(who.hash);
  std::string salt;
  for (char block = '0'; salt.size() < shape.salt_bytes; ++block) {
    salt += crypto::hmac(hash, secret_, std::string{"salt"} + block + who.user);
  }
  salt.resize(shape.salt_bytes);
  const std::size_t size = crypto::digest_bytes(hash);
  return {salt, shape.iterations, crypto::random_octets(size), crypto::random_octets(size)};
}

Standing UsersPlugin::standing_of(const std::string& network, std::string_view user) {
  const Stopwatch::time_point now = Stopwatch::now();
  const bool is_known =
      places_.contains(joined({network, user}), now) || places_.contains(joined({network}), now);
  if (is_known) return Standing::known;
  return suspects_.contains(joined({network}), now) ? Standing::suspect : Standing::stranger;
}

void UsersPlugin::remember(const std::string& network, std::string_view user,
                           std::string_view login) {
  const Stopwatch::time_point now = Stopwatch::now();
  logins_.add(login, now);
  places_.add(joined({network}), now);
  places_.add(joined({network, user}), now);
}

}  // namespace
}  // namespace credentials

std::unique_ptr<Plugin> users_file(UsersFileOptions options) {
  return std::make_unique<credentials::UsersPlugin>(options);
}

}  // namespace quoth
