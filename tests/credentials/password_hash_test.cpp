#include "credentials/password_hash.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::credentials {
namespace {

// The cheapest of each kind, so that tests are quick.
constexpr HashCost cheap_yescrypt = 1;
constexpr HashCost cheap_bcrypt = 4;
constexpr HashCost cheap_sha512 = 1000;

struct Case {
  HashKind kind;
  HashCost cost;
};

class PasswordHash : public testing::TestWithParam<Case> {};

TEST_P(PasswordHash, KnowsItsPasswordAndNoOther) {
  const Result<std::string> hash = make_hash("correct horse", GetParam().kind, GetParam().cost);
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash_kind(*hash), GetParam().kind);
  EXPECT_TRUE(verify_hash("correct horse", *hash));
  EXPECT_FALSE(verify_hash("correct horsf", *hash));
  EXPECT_FALSE(verify_hash("", *hash));
  EXPECT_FALSE(verify_hash(std::string("correct horse\0", 14), *hash));
}

TEST_P(PasswordHash, EachHasASaltOfItsOwn) {
  const Result<std::string> one = make_hash("x", GetParam().kind, GetParam().cost);
  const Result<std::string> other = make_hash("x", GetParam().kind, GetParam().cost);
  EXPECT_NE(*one, *other);
  EXPECT_EQ(hash_cost(*one), hash_cost(*other));
  EXPECT_LT(hash_cost(*one).size(), one->size());
}

TEST_P(PasswordHash, TakesTheLongestPasswordAndNotOneOctetMore) {
  const std::string longest(max_password_bytes, 'x');
  const Result<std::string> hash = make_hash(longest, GetParam().kind, GetParam().cost);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(verify_hash(longest, *hash));
  EXPECT_FALSE(make_hash(longest + "x", GetParam().kind, GetParam().cost));
  EXPECT_FALSE(verify_hash(longest + "x", *hash));
}

INSTANTIATE_TEST_SUITE_P(Kinds, PasswordHash,
                         testing::Values(Case{HashKind::yescrypt, cheap_yescrypt},
                                         Case{HashKind::bcrypt, cheap_bcrypt},
                                         Case{HashKind::sha512, cheap_sha512}));

TEST(PasswordHash, BcryptSees72Octets) {
  const std::string seen(max_bcrypt_bytes, 'x');
  const Result<std::string> hash = make_hash(seen + "a", HashKind::bcrypt, cheap_bcrypt);
  EXPECT_TRUE(verify_hash(seen + "b", *hash));
  EXPECT_FALSE(verify_hash(seen.substr(1), *hash));
}

TEST(PasswordHash, ReadsWhatOthersMade) {
  EXPECT_TRUE(verify_hash("Hello world!",
                          "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnI"
                          "FNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"));
  EXPECT_TRUE(verify_hash("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(PasswordHash, RefusesWeakerKinds) {
  for (const std::string_view weak :
       {"", "*", "!", "x", "rqXexS6ZhobKA", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$apr1$abc$def",
        "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "$5$salt$abc", "$2x$05$abc", "$y$", "$6", "$2b$99$x",
        "plain"}) {
    EXPECT_EQ(hash_kind(weak), std::nullopt) << weak;
  }
}

TEST(PasswordHash, CostsAreWhatStandsAheadOfTheSalt) {
  EXPECT_EQ(hash_cost("$y$j9T$salt$hash"), "$y$j9T$");
  EXPECT_EQ(hash_cost("$2b$11$saltandhash"), "$2b$11$");
  EXPECT_EQ(hash_cost("$6$rounds=100000$salt$hash"), "$6$rounds=100000$");
  EXPECT_EQ(hash_cost("$6$salt$hash"), "$6$");
}

TEST(PasswordHash, CostsOutOfRangeAreErrors) {
  EXPECT_FALSE(make_hash("x", HashKind::yescrypt, 12));
  EXPECT_FALSE(make_hash("x", HashKind::bcrypt, 3));
  EXPECT_FALSE(make_hash("x", HashKind::bcrypt, 32));
}

TEST(PasswordHash, ABrokenHashFitsNothing) {
  EXPECT_FALSE(verify_hash("x", ""));
  EXPECT_FALSE(verify_hash("x", "*"));
  EXPECT_FALSE(verify_hash("x", "$y$j9T$"));
  EXPECT_FALSE(verify_hash("", "$y$j9T$salt"));
}

}  // namespace
}  // namespace quoth::credentials
