#include "apps/quoth/mail_names.hpp"

#include <string>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

TEST(MailNames, Domains) {
  for (const char* good : {"a", "example.org", "xn--a.test", "1.2", "a-b.c"}) {
    EXPECT_EQ(problem_of_domain(good), "") << good;
  }
  const std::string label(63, 'a');
  EXPECT_EQ(problem_of_domain(label + ".test"), "");
  EXPECT_NE(problem_of_domain(label + "a.test"), "");
  const std::string longest = label + "." + label + "." + label + "." + label;  // 255 octets
  EXPECT_EQ(problem_of_domain(longest), "");
  EXPECT_NE(problem_of_domain("a." + longest), "");
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a_b", "a b", "é.test",
                          "a@b", "[127.0.0.1]", "*.a"}) {
    EXPECT_NE(problem_of_domain(bad), "") << bad;
  }
}

TEST(MailNames, DomainPatterns) {
  for (const char* good :
       {"*", "*.example.org", "example.org", "bücher.example", "*.BÜCHER.example"}) {
    EXPECT_EQ(problem_of_domain_pattern(good), "") << good;
  }
  for (const char* bad :
       {"", "**", "*.", "a.*", "*a.test", "*.*.test", "*.*.é", "é..a", "a．é.test", "é\xFF.test"}) {
    EXPECT_NE(problem_of_domain_pattern(bad), "") << bad;
  }
  EXPECT_EQ(canonical_name("Example.ORG"), "example.org");
  EXPECT_EQ(canonical_name("*.BÜCHER.example"), "*.xn--bcher-kva.example");
}

TEST(MailNames, Ways) {
  for (const char* good : {"discard", "maildir:/var/mail/{domain}/{local}", "maildir:./mail",
                           "maildir:mail/{local}"}) {
    EXPECT_EQ(problem_of_via(good), "") << good;
  }
  EXPECT_EQ(problem_of_via("maildir:/m/{locl}"), "did you mean {local}?");
  EXPECT_EQ(problem_of_via("maildir:/m/{user}"),
            "{domain} and {local} are all the placeholders there are");
  for (const char* bad : {"", "maildir:", "maildir", "maildir:/m/{", "maildir:/m/}",
                          "maildir:/m/{}", "mx", "lmtp:/run/x", "discard:", "mbox:/x"}) {
    EXPECT_NE(problem_of_via(bad), "") << bad;
  }
}

}  // namespace
}  // namespace quoth::app
