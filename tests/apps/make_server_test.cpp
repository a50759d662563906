#include "apps/quoth/make_server.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "apps/temporary_folder.hpp"
#include "support/recorder.hpp"

namespace quoth::app {
namespace {

Listener listener_with(const std::string& users_file) {
  Listener listener;
  listener.listen = {"127.0.0.1:0"};
  listener.auth.users_file = users_file;
  return listener;
}

TEST(MakeServer, ListenersWithTheSameUsersFileShareItsUsers) {
  const TemporaryFolder folder;
  const std::string file = folder.file("users", "# nobody yet\n");
  const std::string other = folder.file("others", "# nobody yet\n");
  support::LogRecorder log;
  UsersByPath users;
  const auto first = make_server({}, listener_with(file), log, users);
  const std::shared_ptr<SharedUsers> shared = users[file];
  const auto second = make_server({}, listener_with(file), log, users);
  const auto third = make_server({}, listener_with(other), log, users);
  EXPECT_EQ(users.size(), 2U);
  EXPECT_EQ(users[file], shared);
}

}  // namespace
}  // namespace quoth::app
