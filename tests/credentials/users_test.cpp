#include "credentials/users.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/scram_keys.hpp"
#include "credentials/password_hash.hpp"

namespace quoth::credentials {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string cheap_hash(std::string_view password, HashKind kind = HashKind::bcrypt) {
  return *make_hash(password, kind, kind == HashKind::bcrypt ? 4 : 1000);
}

std::string scram_line(const std::string& name, std::string_view password) {
  User user{name, "", {}, {}};
  user.sha256 = auth::make_scram_keys(auth::ScramHash::sha256, password, "salt", 5000);
  return format_line(user);
}

TEST(Users, AFileWithAllThatMayStandInIt) {
  const std::string text =
      "# users\r\n\nann:" + cheap_hash("a") + "\r\nbob:*\ncarl:" + cheap_hash("c");
  const ParsedUsers parsed = parse_users(text);
  EXPECT_TRUE(parsed.problems.empty());
  EXPECT_EQ(parsed.users.size(), 3U);
  ASSERT_NE(parsed.users.find("ann"), nullptr);
  EXPECT_TRUE(verify_user(parsed.users.find("ann")->user, "a"));
  EXPECT_FALSE(verify_user(parsed.users.find("ann")->user, "c"));
  EXPECT_FALSE(verify_user(parsed.users.find("bob")->user, ""));
  EXPECT_TRUE(verify_user(parsed.users.find("carl")->user, "c"));
  EXPECT_EQ(parsed.users.find("Ann"), nullptr) << "SASLprep keeps the case";
}

TEST(Users, AScramUserLogsInWithAPasswordToo) {
  const ParsedUsers parsed = parse_users(scram_line("ann", "pencil"));
  const User& ann = parsed.users.find("ann")->user;
  EXPECT_TRUE(has_password(ann));
  EXPECT_TRUE(verify_user(ann, "pencil"));
  EXPECT_FALSE(verify_user(ann, "pencils"));
}

TEST(Users, ProblemsHaveTheirPlace) {
  const ParsedUsers parsed = parse_users("ann:*\n\nbob\nann:*\ncarl:$1$x$y\n");
  ASSERT_EQ(parsed.problems.size(), 3U);
  EXPECT_THAT(problem_text("/u", parsed.problems[0]), testing::StartsWith("/u:3:1: no ':'"));
  EXPECT_THAT(problem_text("/u", parsed.problems[1]),
              testing::StartsWith("/u:4:1: `ann` stands here a second time; remove"));
  EXPECT_THAT(problem_text("/u", parsed.problems[2]), testing::StartsWith("/u:5:6: the hash"));
}

TEST(Users, NamesThatArePreparedAlikeAreTheSame) {
  EXPECT_EQ(parse_users("IX:*\n\u2168:*\n").problems.size(), 1U);
}

TEST(Users, ProblemsAreNotWithoutEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "broken\n";
  EXPECT_EQ(parse_users(text).problems.size(), max_problems);
}

TEST(Users, TheModelIsOfTheKindAndCostOfMost) {
  const std::string most = "a:" + cheap_hash("a") + "\nb:" + cheap_hash("b") + "\n";
  const ParsedUsers parsed = parse_users(
      most + "0:*\n1:*\n2:*\nc:" + cheap_hash("c", HashKind::sha512) + "\n" + scram_line("d", "d"));
  EXPECT_EQ(hash_cost(parsed.users.model().hash), "$2b$04$");
  EXPECT_EQ(parsed.users.scram_shape(auth::ScramHash::sha256).iterations, 5000U);
  EXPECT_EQ(parsed.users.scram_shape(auth::ScramHash::sha256).salt_bytes, 4U);
  EXPECT_EQ(parsed.users.scram_shape(auth::ScramHash::sha1).iterations, 4096U);
}

TEST(Users, WithoutUsersTheModelIsOfTheUsualCost) {
  const ParsedUsers parsed = parse_users("");
  EXPECT_EQ(hash_cost(parsed.users.model().hash), "$y$j9T$");
  EXPECT_EQ(hash_cost(*make_hash("x", HashKind::yescrypt)), "$y$j9T$");
  EXPECT_FALSE(verify_user(parsed.users.model(), "x"));
}

TEST(Users, TheIdentityChangesWithTheLine) {
  const std::string hash = cheap_hash("a");
  const auto identity = [](const std::string& text) {
    return parse_users(text).users.find("ann")->identity;
  };
  EXPECT_EQ(identity("ann:" + hash), identity("bob:*\nann:" + hash + "\r\n"));
  EXPECT_NE(identity("ann:" + hash), identity("ann:" + cheap_hash("a")));
}

}  // namespace
}  // namespace quoth::credentials
