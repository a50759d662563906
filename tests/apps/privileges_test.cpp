#include "apps/quoth/privileges.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apps/quoth/failure.hpp"

namespace quoth::app {
namespace {

TEST(FixedFolder, EndsBeforeTheFirstPlaceholder) {
  EXPECT_EQ(fixed_folder("maildir:/var/mail/{domain}/{local}"), "/var/mail");
  EXPECT_EQ(fixed_folder("maildir:/var/mail/x-{domain}/{local}"), "/var/mail");
  EXPECT_EQ(fixed_folder("maildir:/var/mail/all"), "/var/mail/all");
  EXPECT_EQ(fixed_folder("maildir:/{local}"), "/");
  EXPECT_EQ(fixed_folder("maildir:./mail/{domain}/{local}"), "./mail");
  EXPECT_EQ(fixed_folder("maildir:{local}"), ".");
  EXPECT_EQ(fixed_folder("discard"), "");
}

TEST(FindUser, RefusesNobodyAndRoot) {
  EXPECT_THROW(static_cast<void>(find_user("there-is-no-such-user")), Failure);
  EXPECT_THROW(static_cast<void>(find_user("root")), Failure);
  EXPECT_THROW(static_cast<void>(find_user("")), Failure);
}

}  // namespace
}  // namespace quoth::app
