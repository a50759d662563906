// PLAIN (RFC 4616), LOGIN and EXTERNAL (RFC 4422): what asks one question.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <quoth/auth.hpp>

#include "auth/exchange_support.hpp"
#include "auth/mechanism.hpp"

namespace quoth::auth {
namespace {

using namespace std::string_literals;
using test::answer_to;
using test::asked;
using test::authorization_of;
using test::in_words;
using test::start;

// RFC 4616 §4.
TEST(Plain, ExamplesOfTheRfc) {
  const std::unique_ptr<Exchange> tim = start("PLAIN");
  EXPECT_EQ(in_words(tim->begin(std::nullopt)), "challenge: ");
  const Step step = tim->respond("\0tim\0tanstaaftanstaaf"s);
  EXPECT_EQ(asked<Password>(step).user, "tim");
  EXPECT_EQ(asked<Password>(step).password, "tanstaaftanstaaf");
  EXPECT_EQ(authorization_of(step), "");
  EXPECT_EQ(in_words(tim->settle(test::yes)), "success: tim/");

  const std::unique_ptr<Exchange> kurt = start("PLAIN");
  const Step other = kurt->begin("Ursel\0Kurt\0xipj3plmq"s);
  EXPECT_EQ(asked<Password>(other).user, "Kurt");
  EXPECT_EQ(asked<Password>(other).password, "xipj3plmq");
  EXPECT_EQ(authorization_of(other), "Ursel");
  EXPECT_EQ(in_words(kurt->settle(test::no)), "refused");
}

TEST(Plain, Malformed) {
  for (const std::string& message :
       {""s, "tim"s, "\0"s, "\0tim"s, "\0tim\0"s, "\0\0secret"s, "\0\0"s, "tim\0secret"s,
        "\0tim\0secret\0"s, "\0tim\0sec\0ret"s, "\0\0tim\0secret"s, "a\0\0secret"s, "a\0tim\0"s}) {
    EXPECT_EQ(answer_to("PLAIN", message), "malformed") << message;
  }
}

TEST(Plain, AtTheLimitsAndBeyond) {
  const std::string most(255, 'x');
  EXPECT_EQ(answer_to("PLAIN", most + '\0' + most + '\0' + most), "question");
  EXPECT_EQ(answer_to("PLAIN", most + "x\0tim\0secret"s), "malformed");
  EXPECT_EQ(answer_to("PLAIN", '\0' + most + "x\0secret"s), "malformed");
  EXPECT_EQ(answer_to("PLAIN", "\0tim\0x"s + most), "malformed");
  EXPECT_EQ(answer_to("PLAIN", std::string(max_message_bytes + 1, 'x')), "malformed");
  EXPECT_EQ(answer_to("PLAIN", std::string(max_message_bytes, '\0')), "malformed");
}

TEST(Plain, IsPrepared) {
  const std::unique_ptr<Exchange> exchange = start("PLAIN");
  const Step step = exchange->begin("\u2168\0Jo\u0308rg\0p\u00ADw"s);
  EXPECT_EQ(asked<Password>(step).user, "J\u00F6rg");
  EXPECT_EQ(asked<Password>(step).password, "pw");
  EXPECT_EQ(in_words(exchange->settle(test::yes)), "success: J\u00F6rg/IX");
  // What cannot be prepared, or leaves nothing, is nobody's (RFC 4616 §2, RFC 4954 §4).
  for (const std::string& message :
       {"\0tim\0\xFF"s, "\0\xFF\0secret"s, "\xFF\0tim\0secret"s, "\0ti\x01m\0secret"s,
        "\0\u00AD\0secret"s, "\0tim\0\u00AD"s, "\u00AD\0tim\0secret"s}) {
    EXPECT_EQ(answer_to("PLAIN", message), "refused") << message;
  }
}

TEST(Plain, CutAnywhereItIsAnotherMessage) {
  const std::string message = "a\0tim\0secret"s;
  for (std::size_t size = 0; size < message.size(); ++size) {
    const Step step = start("PLAIN")->begin(message.substr(0, size));
    if (size <= 6) {
      EXPECT_EQ(in_words(step), "malformed") << size;
    } else {
      EXPECT_EQ(asked<Password>(step).password, message.substr(6, size - 6));
    }
  }
}

TEST(Plain, ChangedAnywhereItIsAnotherMessage) {
  const std::string message = "a\0tim\0secret"s;
  for (std::size_t at = 0; at < message.size(); ++at) {
    for (const char octet : {'\0', '\x01', 'x', '\x80', '\xFF'}) {
      std::string changed = message;
      changed[at] = octet;
      if (changed == message) continue;
      const Step step = start("PLAIN")->begin(changed);
      if (octet == 'x' && message[at] != '\0') {
        EXPECT_NE(
            asked<Password>(step).user + asked<Password>(step).password + authorization_of(step),
            "timsecreta");
      } else if (message[at] != '\0' && octet != '\0') {
        EXPECT_EQ(in_words(step), "refused") << at;
      } else {
        EXPECT_EQ(in_words(step), "malformed") << at;
      }
    }
  }
}

TEST(Login, AsksForBoth) {
  const std::unique_ptr<Exchange> exchange = start("LOGIN");
  EXPECT_EQ(in_words(exchange->begin(std::nullopt)), "challenge: Username:");
  EXPECT_EQ(in_words(exchange->respond("tim")), "challenge: Password:");
  const Step step = exchange->respond("tanstaaf");
  EXPECT_EQ(asked<Password>(step).user, "tim");
  EXPECT_EQ(asked<Password>(step).password, "tanstaaf");
  EXPECT_EQ(authorization_of(step), "");
  EXPECT_EQ(in_words(exchange->settle(test::yes)), "success: tim/");
}

TEST(Login, TheNameMayComeAtOnce) {
  const std::unique_ptr<Exchange> exchange = start("LOGIN");
  EXPECT_EQ(in_words(exchange->begin("Jo\u0308rg")), "challenge: Password:");
  const Step step = exchange->respond("Jo\u0308rg");
  EXPECT_EQ(asked<Password>(step).user, "J\u00F6rg");
  EXPECT_EQ(asked<Password>(step).password, "J\u00F6rg");
  EXPECT_EQ(in_words(exchange->settle(test::no)), "refused");
}

TEST(Login, MalformedAndRefused) {
  for (const std::string& message : {""s, "\0"s, "ti\0m"s, std::string(256, 'x')}) {
    EXPECT_EQ(answer_to("LOGIN", message), "malformed");
    const std::unique_ptr<Exchange> exchange = start("LOGIN");
    EXPECT_EQ(in_words(exchange->begin("tim")), "challenge: Password:");
    EXPECT_EQ(in_words(exchange->respond(message)), "malformed");
  }
  for (const std::string& message : {"\xFF"s, "\u00AD"s, "\x7F"s}) {
    const std::unique_ptr<Exchange> name = start("LOGIN");
    EXPECT_EQ(in_words(name->begin(message)), "challenge: Password:");
    EXPECT_EQ(in_words(name->respond("secret")), "refused");
    const std::unique_ptr<Exchange> password = start("LOGIN");
    EXPECT_EQ(in_words(password->begin("tim")), "challenge: Password:");
    EXPECT_EQ(in_words(password->respond(message)), "refused");
  }
}

TEST(External, OfACertificate) {
  const std::unique_ptr<Exchange> nobody = start("EXTERNAL");
  EXPECT_EQ(in_words(nobody->begin(std::nullopt)), "challenge: ");
  const Step step = nobody->respond("");
  static_cast<void>(asked<Certificate>(step));
  EXPECT_EQ(authorization_of(step), "");
  EXPECT_EQ(in_words(nobody->settle(test::yes)), "success: /");

  const std::unique_ptr<Exchange> fred = start("EXTERNAL");
  EXPECT_EQ(authorization_of(fred->begin("fred@example.com")), "fred@example.com");
  EXPECT_EQ(in_words(fred->settle(test::no)), "refused");
}

TEST(External, MalformedAndRefused) {
  EXPECT_EQ(answer_to("EXTERNAL", "\0"s), "malformed");
  EXPECT_EQ(answer_to("EXTERNAL", "fr\0ed"s), "malformed");
  EXPECT_EQ(answer_to("EXTERNAL", std::string(255, 'x')), "question");
  EXPECT_EQ(answer_to("EXTERNAL", std::string(256, 'x')), "malformed");
  EXPECT_EQ(answer_to("EXTERNAL", "\xFF"), "refused");
  EXPECT_EQ(answer_to("EXTERNAL", "\u00AD"), "refused");
}

}  // namespace
}  // namespace quoth::auth
