#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/users_file.hpp>

#include "credentials/hashing.hpp"
#include "credentials/outstanding.hpp"
#include "credentials/user_store.hpp"
#include "net/offload.hpp"

namespace quoth {
namespace credentials {
namespace {

// RFC 4954 §6: 535 5.7.8 says nothing of why, 454 4.7.0 that it may be another time.
Decision decision_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::right: return answer(235, "2.7.0 authentication succeeded");
    case Verdict::wrong: return answer(535, "5.7.8 authentication credentials invalid");
    case Verdict::overloaded: break;
  }
  return answer(454, "4.7.0 too many logins at the moment, try again later");
}

/// What one server has of a store.
class UsersPlugin final : public Plugin {
 public:
  explicit UsersPlugin(std::shared_ptr<UserStore> store) : store_{std::move(store)} {}
  ~UsersPlugin() override { stop(); }

  [[nodiscard]] std::string_view name() const noexcept override { return "users"; }
  void attach(Chains& chains) override;
  void start(Log& log) override;
  void stop() noexcept override;

 private:
  Awaitable<Decision> check(event::Auth& auth);

  std::shared_ptr<UserStore> store_;  // of this plugin, of others, and of a SharedUsers
  Log* log_ = &no_log();
  net::BlockingPool file_pool_{1};
  Outstanding outstanding_;  // in the store, of this server's sessions
};

void UsersPlugin::attach(Chains& chains) {
  chains.get<event::Auth>().append("users", [this](event::Auth& auth) { return check(auth); });
  chains.get<event::LoggedIn>().append("users", [this](event::LoggedIn& login) {
    store_->remember_place(login.session.client().address, login.session.user());
  });
}

void UsersPlugin::start(Log& log) {
  log_ = &log;
  store_->start(log);
}

void UsersPlugin::stop() noexcept {
  file_pool_.join();
  outstanding_.wait();
}

Awaitable<Decision> UsersPlugin::check(event::Auth& auth) {
  const auto* const login = std::get_if<auth::Password>(&auth.credentials);
  const auto* const scram = std::get_if<auth::ScramUser>(&auth.credentials);
  if (login == nullptr && scram == nullptr) co_return pass();
  if (store_->file().is_due(std::chrono::steady_clock::now())) {
    const auto refresh = [this] {
      store_->file().refresh(*log_);
      return true;
    };
    (void)co_await net::offload(file_pool_, refresh);
  }
  if (scram != nullptr) {
    auth.use_keys(store_->keys_of(*scram));
    co_return accept();
  }
  std::string address = auth.session.client().address;
  std::shared_ptr<void> until = outstanding_.enter();
  const Verdict verdict = co_await store_->check(std::move(address), *login, std::move(until));
  co_return decision_of(verdict);
}

}  // namespace
}  // namespace credentials

SharedUsers::SharedUsers(UsersFileOptions options)
    : store_{std::make_shared<credentials::UserStore>(options)} {}

SharedUsers::~SharedUsers() = default;

std::unique_ptr<Plugin> SharedUsers::plugin() const {
  return std::make_unique<credentials::UsersPlugin>(store_);
}

std::unique_ptr<Plugin> users_file(UsersFileOptions options) {
  return SharedUsers{std::move(options)}.plugin();
}

}  // namespace quoth
