#include "credentials/user.hpp"

#include <string>
#include <string_view>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "credentials/scram_text.hpp"

namespace quoth::credentials {
namespace {

using testing::HasSubstr;

constexpr std::string_view bcrypt = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
// The example of RFC 7677 §3, password "pencil".
constexpr std::string_view sha256 =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
constexpr std::string_view sha1 =
    "SCRAM-SHA-1$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=";

std::string line(std::string_view name, std::string_view hash, std::string_view keys = {}) {
  std::string text = std::string{name} + ":" + std::string{hash};
  return keys.empty() ? text : text + ":" + std::string{keys};
}

User user_of(std::string_view text) {
  const auto read = parse_line(text);
  const auto* const error = std::get_if<LineError>(&read);
  EXPECT_EQ(error, nullptr) << error->message;
  const auto* const user = std::get_if<User>(&read);
  return user == nullptr ? User{} : *user;
}

LineError error_of(std::string_view text) {
  const auto read = parse_line(text);
  const auto* const error = std::get_if<LineError>(&read);
  EXPECT_NE(error, nullptr) << text;
  return error == nullptr ? LineError{} : *error;
}

TEST(UserLine, AnHtpasswdLine) {
  const User user = user_of(line("ann", bcrypt));
  EXPECT_EQ(user.name, "ann");
  EXPECT_EQ(user.hash, bcrypt);
  EXPECT_FALSE(user.sha1 || user.sha256);
}

TEST(UserLine, WithKeysForScram) {
  const User user = user_of(line("ann", bcrypt, std::string{sha1} + "," + std::string{sha256}));
  ASSERT_TRUE(user.sha1 && user.sha256);
  EXPECT_EQ(user.sha256->iterations, 4096U);
  EXPECT_EQ(user.sha256->salt.size(), 16U);
  EXPECT_EQ(user.sha256->stored_key.size(), 32U);
  EXPECT_EQ(user.sha1->server_key.size(), 20U);
  EXPECT_EQ(user.keys(auth::ScramHash::sha1), &*user.sha1);
}

TEST(UserLine, KeysAlone) {
  for (const std::string_view no_hash : {"", "*"}) {
    const User user = user_of(line("ann", no_hash, sha256));
    EXPECT_EQ(user.hash, "");
    EXPECT_TRUE(user.sha256);
    EXPECT_EQ(user.keys(auth::ScramHash::sha1), nullptr);
  }
}

TEST(UserLine, NoLoginAtAll) {
  EXPECT_EQ(user_of("ann:*").hash, "");
  EXPECT_EQ(user_of("ann:").hash, "");
  EXPECT_EQ(user_of("ann:*:").hash, "");
}

TEST(UserLine, CommentsAndEmptyLinesAreNobody) {
  EXPECT_TRUE(std::holds_alternative<NoUser>(parse_line("")));
  EXPECT_TRUE(std::holds_alternative<NoUser>(parse_line("# ann:x")));
}

TEST(UserLine, NamesArePrepared) {
  EXPECT_EQ(user_of("I\u00adX:*").name, "IX") << "RFC 4013 §3";
  EXPECT_EQ(user_of("\u2168:*").name, "IX");
  EXPECT_EQ(user_of("ann@example.org:*").name, "ann@example.org");
}

TEST(UserLine, BrokenNames) {
  EXPECT_EQ(error_of(":x").column, 1U);
  EXPECT_THAT(error_of("ann").message, HasSubstr("no ':'"));
  EXPECT_THAT(error_of("a\tn:*").message, HasSubstr("RFC 4013"));
  EXPECT_THAT(error_of("a\xffn:*").message, HasSubstr("UTF-8"));
  EXPECT_THAT(error_of(" ann:*").message, HasSubstr("space"));
  EXPECT_THAT(error_of("\u00a0ann:*").message, HasSubstr("space")) << "turned into one";
  EXPECT_THAT(error_of(std::string(256, 'a') + ":*").message, HasSubstr("255"));
  EXPECT_EQ(user_of(std::string(255, 'a') + ":*").name.size(), 255U);
  EXPECT_THAT(error_of("ann:" + std::string(5000, 'a')).message, HasSubstr("4096"));
}

TEST(UserLine, BrokenHashesAreNamedAndNotShown) {
  const LineError md5 = error_of("ann:$1$salt$qJH7.N4xYta3aEG/dfqo/0");
  EXPECT_EQ(md5.column, 5U);
  EXPECT_THAT(md5.message, HasSubstr("`ann` is MD5-crypt"));
  EXPECT_THAT(md5.advice, HasSubstr("quoth passwd add --replace"));
  EXPECT_THAT(error_of("ann:rqXexS6ZhobKA").message, HasSubstr("DES"));
  EXPECT_THAT(error_of("ann:secret").message, HasSubstr("cut, or of a kind"));
  EXPECT_THAT(error_of("ann:secret").message, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(error_of(line("ann", bcrypt.substr(0, 59))).message, HasSubstr("cut"));
}

TEST(UserLine, BrokenKeys) {
  EXPECT_EQ(error_of("ann:*:1000").column, 7U);
  EXPECT_THAT(error_of("ann:*:1000:1000::/home/ann:").message, HasSubstr("no SCRAM keys"));
  EXPECT_THAT(error_of(line("ann", "*", std::string{sha1} + "," + std::string{sha1})).message,
              HasSubstr("two sets of keys for SCRAM-SHA-1"));
  EXPECT_EQ(error_of(line("ann", "*", std::string{sha1} + ",x")).column, 8U + sha1.size());
}

TEST(UserLine, ComesBackAsItWas) {
  for (const std::string& text :
       {line("ann", bcrypt), line("ann", "*"), line("ann", "*", sha1),
        line("ann", bcrypt, std::string{sha256} + "," + std::string{sha1})}) {
    EXPECT_EQ(format_line(user_of(text)), text);
  }
}

TEST(ScramText, RefusesWhatIsOutOfRange) {
  EXPECT_TRUE(parse_scram(sha256));
  const auto with = [](std::string_view iterations) {
    return "SCRAM-SHA-1$" + std::string{iterations} +
           ":QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=";
  };
  EXPECT_TRUE(parse_scram(with("10000000")));
  for (const std::string_view bad :
       {"4095", "10000001", "", "-1", "04096", " 4096", "4096x", "99999999999"}) {
    EXPECT_FALSE(parse_scram(with(bad))) << bad;
  }
}

TEST(ScramText, RefusesBrokenText) {
  for (const std::string_view bad :
       {"", "SCRAM-SHA-256", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:$a:b",
        "SCRAM-SHA-512$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:"
        "D+CSWLOshSulAsxiupA+qs2/fTE=",
        "SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:"
        "D+CSWLOshSulAsxiupA+qs2/fTE=",
        "SCRAM-SHA-1$4096:$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=",
        "SCRAM-SHA-1$4096:QSXCR Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:"
        "D+CSWLOshSulAsxiupA+qs2/fTE="}) {
    EXPECT_FALSE(parse_scram(bad)) << bad;
  }
}

}  // namespace
}  // namespace quoth::credentials
