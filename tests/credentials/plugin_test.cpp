#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <quoth/event.hpp>
#include <quoth/users_file.hpp>

#include "auth/scram_keys.hpp"
#include "credentials/hashing.hpp"
#include "credentials/new_user.hpp"
#include "credentials/user_store.hpp"
#include "support/loose_session.hpp"
#include "support/recorder.hpp"
#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace quoth::credentials {
namespace {

using Stopwatch = std::chrono::steady_clock;

Awaitable<void> log_in(Chains* chains, std::string address, auth::Password login,
                       support::Recorder* seen) {
  support::LooseSession loose;
  loose.session.facts().client.address = address;
  const auth::Credentials credentials{login};
  event::Auth event{loose.session, "PLAIN", credentials, ""};
  const auto order = chains->order(static_cast<std::size_t>(event::Auth::chain));
  const auto handler = order->places().front().handler;
  const Decision decision = co_await handler->waiting(&event);
  seen->add(login.user + " " + std::to_string(decision->code()));
}

/// Somebody has shown who he is, by any mechanism.
void logged_in(Chains& chains, const std::string& address, const std::string& user) {
  support::LooseSession loose;
  loose.session.facts().client.address = address;
  loose.session.facts().user = user;
  event::LoggedIn event{loose.session};
  const auto order = chains.order(static_cast<std::size_t>(event::LoggedIn::chain));
  (void)order->places().front().handler->plain(&event);
}

/// A file with ann, whose password is "pencil"; robert has no keys for SCRAM, key-ann nothing else.
struct UsersPluginTest : testing::Test {
  UsersPluginTest() { write({"ann", "robert"}); }
  ~UsersPluginTest() override {
    if (plugin) plugin->stop();
  }

  static User user(const std::string& name, HashCost cost = 1) {
    Recipe recipe;
    recipe.cost = cost;
    recipe.has_scram = name == "ann" || name == "key-ann";
    recipe.iterations = 5000;
    User made = *make_user(name, "pencil", recipe);
    if (name == "key-ann") made.hash.clear();
    return made;
  }
  void write(const std::vector<std::string>& names) const {
    std::ofstream file{folder / "users"};
    for (const std::string& name : names) file << format_line(user(name)) << '\n';
  }
  void start(UsersFileOptions options = {}) {
    options.path = folder / "users";
    plugin = users_file(options);
    plugin->attach(loose.chains);
    plugin->start(log);
  }

  Decision ask(const auth::Credentials& credentials) {
    auth::Credentials copy = credentials;
    event::Auth event{loose.session, "PLAIN", copy, ""};
    const auto order = loose.chains.order(static_cast<std::size_t>(event::Auth::chain));
    EXPECT_EQ(order->places().front().name, "users");
    Decision decision = support::run(io, order->places().front().handler->waiting(&event));
    keys = event.take_keys();
    return decision;
  }
  unsigned code(const std::string& name, const std::string& password) {
    const Decision decision = ask(auth::Password{name, password});
    return decision ? decision->code() : 0;
  }

  support::TemporaryFolder folder;
  support::LogRecorder log;
  support::LooseSession loose;
  boost::asio::io_context io;
  std::unique_ptr<Plugin> plugin;
  std::optional<auth::ScramKeys> keys;
};

TEST_F(UsersPluginTest, KnowsPasswords) {
  write({"ann", "robert", "key-ann"});
  start();
  EXPECT_EQ(code("ann", "pencil"), 235U);
  EXPECT_EQ(code("robert", "pencil"), 235U);
  EXPECT_EQ(code("key-ann", "pencil"), 235U) << "by the keys";
  EXPECT_EQ(code("ann", "pencils"), 535U);
  EXPECT_EQ(code("key-ann", "pencils"), 535U);
  EXPECT_EQ(code("ANN", "pencil"), 535U);
  EXPECT_EQ(code("", ""), 535U);
}

TEST_F(UsersPluginTest, UnknownUsersGetTheSameReply) {
  start();
  const Decision wrong = ask(auth::Password{"ann", "x"});
  const Decision unknown = ask(auth::Password{"nobody", "x"});
  ASSERT_TRUE(wrong && unknown);
  EXPECT_EQ(wrong->code(), unknown->code());
  EXPECT_EQ(wrong->text(), unknown->text());
  EXPECT_EQ(code("nobody", "pencil"), 535U) << "though the model has that password";
}

TEST_F(UsersPluginTest, GivesTheKeysForScram) {
  start();
  const Decision decision = ask(auth::ScramUser{"ann", auth::ScramHash::sha256});
  ASSERT_TRUE(decision && keys);
  EXPECT_TRUE(decision->is_positive());
  EXPECT_TRUE(auth::is_password_of(*keys, auth::ScramHash::sha256, "pencil"));
  (void)ask(auth::ScramUser{"ann", auth::ScramHash::sha1});
  EXPECT_TRUE(auth::is_password_of(*keys, auth::ScramHash::sha1, "pencil"));
}

TEST_F(UsersPluginTest, MakesUpKeysForWhoHasNone) {
  start();
  for (const std::string name : {"nobody", "robert"}) {
    EXPECT_TRUE(ask(auth::ScramUser{name, auth::ScramHash::sha256})->is_positive());
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->iterations, 5000U);
    EXPECT_EQ(keys->salt.size(), 16U);
    EXPECT_TRUE(auth::are_usable(*keys, auth::ScramHash::sha256));
    EXPECT_FALSE(auth::is_password_of(*keys, auth::ScramHash::sha256, "pencil"));
    const std::string salt = keys->salt;
    (void)ask(auth::ScramUser{name, auth::ScramHash::sha256});
    EXPECT_EQ(keys->salt, salt) << "as a real user's stays";
  }
}

TEST_F(UsersPluginTest, PassesOnWhatItDoesNotKnow) {
  start();
  EXPECT_FALSE(ask(auth::Certificate{}));
  EXPECT_FALSE(ask(auth::BearerToken{"ann", "token"}));
}

TEST_F(UsersPluginTest, AChangedPasswordCountsThoughTheOldOneIsRemembered) {
  start();
  EXPECT_EQ(code("ann", "pencil"), 235U);
  EXPECT_EQ(code("ann", "pencil"), 235U);
  std::ofstream{folder / "users"} << format_line(*make_user("ann", "brush", {.cost = 1})) << '\n';
  ASSERT_TRUE(support::wait_until([this] { return code("ann", "brush") == 235U; }));
  EXPECT_EQ(code("ann", "pencil"), 535U);
  EXPECT_EQ(code("robert", "pencil"), 535U) << "who has gone";
}

TEST_F(UsersPluginTest, ARightLoginIsRemembered) {
  std::ofstream{folder / "users"} << format_line(user("robert", 9)) << '\n';  // 300 ms
  start();
  EXPECT_EQ(code("robert", "pencil"), 235U);
  const auto began = Stopwatch::now();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(code("robert", "pencil"), 235U);
  EXPECT_LT(Stopwatch::now() - began, std::chrono::seconds{5}) << "a hundred hashes take longer";
}

TEST_F(UsersPluginTest, ALoginThatWouldWaitTooLongIsPutOff) {
  UsersFileOptions options;
  options.longest_wait = std::chrono::milliseconds{0};
  options.threads = 1;
  start(options);
  EXPECT_EQ(code("ann", "pencil"), 235U) << "there is always room for one a thread";
}

TEST_F(UsersPluginTest, ABrokenFileStopsTheStart) {
  std::ofstream{folder / "users"} << "broken\n";
  UsersFileOptions options;
  options.path = folder / "users";
  const auto broken = users_file(options);
  EXPECT_THROW(broken->start(log), std::runtime_error);
  EXPECT_THROW((void)users_file({}), std::invalid_argument);
}

// A hash of another password than the keys': so it shows which of them was looked at.
TEST_F(UsersPluginTest, GoesByTheKeysWhereAllHaveThem) {
  User ann = user("ann");
  ann.hash = make_user("ann", "brush", {.cost = 1})->hash;
  std::ofstream{folder / "users"} << format_line(ann) << '\n'
                                  << format_line(user("key-ann")) << '\n';
  start();
  EXPECT_EQ(code("ann", "pencil"), 235U);
  EXPECT_EQ(code("ann", "brush"), 535U);
  EXPECT_EQ(code("nobody", "pencil"), 535U);
  plugin->stop();
  loose.chains.get<event::Auth>().remove("users");
  loose.chains.get<event::LoggedIn>().remove("users");
  std::ofstream{folder / "users", std::ios::app} << format_line(user("robert")) << '\n';
  start();
  EXPECT_EQ(code("ann", "pencil"), 535U) << "robert has none, and the time must not tell";
  EXPECT_EQ(code("ann", "brush"), 235U);
}

TEST_F(UsersPluginTest, MadeUpSaltsStayOverARestartUntilTheFirstUserChanges) {
  const User ann = user("ann");
  const auto salt_after = [this](const std::vector<User>& users) {
    std::ofstream file{folder / "users"};
    for (const User& each : users) file << format_line(each) << '\n';
    file.close();
    UserStore store{{.path = folder / "users"}};
    store.start(log);
    return store.keys_of({"nobody", auth::ScramHash::sha256}).salt;
  };
  const std::string salt = salt_after({ann, user("robert")});
  EXPECT_EQ(salt_after({ann, user("aaron")}), salt);
  EXPECT_NE(salt_after({user("ann"), user("robert")}), salt) << "another salt of the hash";
  EXPECT_NE(salt_after({}), salt_after({})) << "there is nothing that stays";
  const User keys_only = user("key-ann");
  EXPECT_EQ(salt_after({keys_only}), salt_after({keys_only}));
}

TEST_F(UsersPluginTest, ServersOfAProcessShareWhatTheyKnow) {
  std::ofstream{folder / "users"} << format_line(user("robert", 9)) << '\n';  // 300 ms
  support::LooseSession other;
  std::unique_ptr<Plugin> first;
  {
    UsersFileOptions options;
    options.path = folder / "users";
    const SharedUsers shared{options};
    first = shared.plugin();
    plugin = shared.plugin();
  }
  first->attach(other.chains);
  plugin->attach(loose.chains);
  first->start(log);
  std::filesystem::remove(folder / "users");
  EXPECT_NO_THROW(plugin->start(log)) << "it is read once";
  support::Recorder seen;
  boost::asio::co_spawn(
      io, log_in(&other.chains, "192.0.2.1", auth::Password{"robert", "pencil"}, &seen),
      boost::asio::detached);
  io.run();
  io.restart();
  EXPECT_EQ(seen.count("robert 235"), 1U);
  first->stop();
  const auto began = Stopwatch::now();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(code("robert", "pencil"), 235U);
  EXPECT_LT(Stopwatch::now() - began, std::chrono::seconds{5}) << "a hundred hashes take longer";
}

// A thread, ten thousand addresses: those who have been here before do not notice.
TEST_F(UsersPluginTest, AFloodOfStrangersHoldsUpStrangersAlone) {
  std::ofstream{folder / "users"} << format_line(user("ann", 3)) << '\n'
                                  << format_line(user("robert", 3)) << '\n';  // 5 ms
  UsersFileOptions options;
  options.threads = 1;
  start(options);
  support::Recorder seen;
  const auto spawn = [&](const std::string& address, const std::string& name,
                         const std::string& password) {
    boost::asio::co_spawn(io, log_in(&loose.chains, address, auth::Password{name, password}, &seen),
                          boost::asio::detached);
  };
  spawn("192.0.2.1", "ann", "pencil");
  io.run();
  io.restart();
  logged_in(loose.chains, "192.0.2.1", "ann");
  logged_in(loose.chains, "198.51.100.1", "ann");  // by SCRAM
  constexpr int flood = 10000;
  for (int i = 0; i < flood; ++i) {
    const std::string address = "10." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    spawn(address + ".1", i % 2 == 0 ? "ann" : "nobody", "wrong");
  }
  spawn("192.0.2.1", "ann", "pencil");        // remembered
  spawn("198.51.100.2", "robert", "pencil");  // not yet, but from that network
  io.run();
  const std::vector<std::string> all = seen.all();
  EXPECT_EQ(all.size(), std::size_t{flood} + 3);
  EXPECT_EQ(seen.count("ann 235"), 2U);
  EXPECT_EQ(seen.count("robert 235"), 1U);
  const std::size_t put_off = seen.count("ann 454") + seen.count("nobody 454");
  EXPECT_GE(put_off, std::size_t{flood} - 2 * Hashing::most_waiting);
  const auto strangers_after_robert =
      std::count_if(std::ranges::find(all, "robert 235"), all.end(),
                    [](const std::string& each) { return each.ends_with("535"); });
  EXPECT_GT(strangers_after_robert, 0) << "he went ahead of those who waited already";
}

struct Times {
  double mean = 0;
  double deviation = 0;
};

Times times_of(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (count - 1))};
}

// Measured by hand, not judged: a busy machine is no bug.
TEST_F(UsersPluginTest, TimesOfUnknownUsersAndWrongPasswords) {
  const bool is_wanted = std::getenv("QUOTH_MEASURE") != nullptr;
  std::ofstream{folder / "users"} << format_line(user("ann", is_wanted ? 0 : 1)) << '\n';
  start();
  const int tries = is_wanted ? 200 : 5;
  std::vector<double> unknown;
  std::vector<double> wrong;
  const auto measure = [this](const std::string& name, std::vector<double>& into) {
    const auto began = Stopwatch::now();
    EXPECT_EQ(code(name, "wrong"), 535U);
    const std::chrono::duration<double, std::milli> took = Stopwatch::now() - began;
    into.push_back(took.count());
  };
  for (int i = 0; i < tries; ++i) {
    measure("nobody" + std::to_string(i), unknown);
    measure("ann", wrong);
  }
  const Times a = times_of(unknown);
  const Times b = times_of(wrong);
  const double t = (a.mean - b.mean) /
                   std::sqrt((a.deviation * a.deviation + b.deviation * b.deviation) / tries);
  std::cout << "unknown " << a.mean << " ms +- " << a.deviation << ", wrong " << b.mean << " ms +- "
            << b.deviation << ", Welch's t " << t << '\n';
}

}  // namespace
}  // namespace quoth::credentials
