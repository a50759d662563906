// OAUTHBEARER (RFC 7628) and XOAUTH2.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include <quoth/auth.hpp>

#include "auth/exchange_support.hpp"
#include "auth/mechanism.hpp"
#include "core/base64.hpp"

namespace quoth::auth {
namespace {

using test::answer_to;
using test::asked;
using test::authorization_of;
using test::in_words;
using test::start;

constexpr std::string_view oauthbearer_error =
    R"(challenge: {"status":"invalid_token","schemes":"bearer"})";
constexpr std::string_view xoauth2_error = R"(challenge: {"status":"401","schemes":"bearer"})";

// The client's message of RFC 7628 §4.1.
const std::string rfc_message =
    "n,a=user@example.com,\x01"
    "host=server.example.com\x01"
    "port=143\x01"
    "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01";

TEST(Oauthbearer, ExampleOfTheRfc) {
  const std::unique_ptr<Exchange> exchange = start("OAUTHBEARER");
  const Step step = exchange->begin(rfc_message);
  EXPECT_EQ(asked<BearerToken>(step).user, "user@example.com");
  EXPECT_EQ(asked<BearerToken>(step).token, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
  EXPECT_EQ(authorization_of(step), "user@example.com");
  EXPECT_EQ(in_words(exchange->settle(test::yes)), "success: user@example.com/user@example.com");
}

// RFC 7628 §4.2: no initial response, and as it looks on the wire.
TEST(Oauthbearer, ExampleInTwoMessages) {
  const std::unique_ptr<Exchange> exchange = start("OAUTHBEARER");
  EXPECT_EQ(in_words(exchange->begin(std::nullopt)), "challenge: ");
  const std::optional<std::string> message = decode_base64(
      "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
      "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
  EXPECT_EQ(asked<BearerToken>(exchange->respond(message.value())).user, "user@example.com");
}

// RFC 7628 §4.3: without a token the server tells what it wants.
TEST(Oauthbearer, ExampleOfAFailure) {
  const std::unique_ptr<Exchange> exchange = start("OAUTHBEARER");
  EXPECT_EQ(in_words(exchange->begin("n,a=user@example.com,\x01host=server.example.com\x01"
                                     "port=143\x01"
                                     "auth=\x01\x01")),
            oauthbearer_error);
  EXPECT_EQ(in_words(exchange->respond("\x01")), "refused");
}

TEST(Oauthbearer, ATokenThatIsRefused) {
  for (const std::string_view answer : {"\x01", "", "anything"}) {
    const std::unique_ptr<Exchange> exchange = start("OAUTHBEARER");
    EXPECT_EQ(in_words(exchange->begin(rfc_message)), "question");
    EXPECT_EQ(in_words(exchange->settle(test::no)), oauthbearer_error);
    EXPECT_EQ(in_words(exchange->respond(answer)), "refused");
  }
}

TEST(Oauthbearer, WhatIsFine) {
  for (const std::string_view message : {"n,,\x01"
                                         "auth=Bearer x\x01\x01",
                                         "y,,\x01"
                                         "auth=bEaReR a-._~+/9===\x01\x01",
                                         "n,a=a=2Cb=3Dc,\x01"
                                         "auth=Bearer x\x01\x01",
                                         "n,,\x01"
                                         "more=\x01"
                                         "user=a\r\n\tb\x01"
                                         "auth=Bearer x\x01host=a b=c\x01\x01"}) {
    EXPECT_EQ(answer_to("OAUTHBEARER", message), "question") << message;
  }
  const Step step = start("OAUTHBEARER")
                        ->begin(
                            "n,a=a=2Cb=3Dc,\x01"
                            "auth=Bearer x\x01\x01");
  EXPECT_EQ(asked<BearerToken>(step).user, "a,b=c");
}

TEST(Oauthbearer, Malformed) {
  using namespace std::string_view_literals;
  for (const std::string_view message : {""sv,
                                         "\x01"sv,
                                         "n,,"sv,
                                         "n,,\x01"sv,
                                         "n,,\x01\x01"sv,
                                         "n\x01\x01"sv,
                                         "n,,\x01"
                                         "auth=Bearer x"sv,
                                         "n,,\x01"
                                         "auth=Bearer x\x01"sv,
                                         "n,,\x01"
                                         "auth=Bearer x\x01\x01\x01"sv,
                                         "n,,\x01\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,"
                                         "auth=Bearer x\x01\x01"sv,
                                         "p=tls-exporter,,\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "x,,\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,user,\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,a=,\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,a=a=b,\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01"
                                         "host=a\x01\x01"sv,
                                         "n,,\x01"
                                         "auth=Bearer x\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01=a\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01host\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01h0st=a\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01host=a\0b\x01"
                                         "auth=Bearer x\x01\x01"sv,
                                         "n,,\x01host=\x7F\x01"
                                         "auth=Bearer x\x01\x01"sv}) {
    EXPECT_EQ(answer_to("OAUTHBEARER", message), "malformed") << message;
  }
}

TEST(Oauthbearer, WhatIsNoTokenIsRefused) {
  for (const std::string auth :
       {"", "Bearer", "Bearer ", "Bearer =", "Bearer  x", "Bearer x y", "Bearer x=y", "Bearer x\t",
        "Bearer \xC3\xB6", "Basic dGltOnRhbg==", "BearerToken x", "x"}) {
    EXPECT_EQ(answer_to("OAUTHBEARER", "n,,\x01" + ("auth=" + auth) + "\x01\x01"),
              oauthbearer_error)
        << auth;
  }
  EXPECT_EQ(answer_to("OAUTHBEARER",
                      "n,a=\xFF,\x01"
                      "auth=Bearer x\x01\x01"),
            oauthbearer_error);
}

TEST(Oauthbearer, CutAnywhereItIsMalformed) {
  for (std::size_t size = 0; size < rfc_message.size(); ++size) {
    EXPECT_EQ(answer_to("OAUTHBEARER", rfc_message.substr(0, size)), "malformed") << size;
  }
}

TEST(Oauthbearer, ChangedAnywhereItIsNotTheSame) {
  const std::size_t host = rfc_message.find("host");
  const std::size_t auth = rfc_message.find("auth");
  for (std::size_t at = 0; at < rfc_message.size(); ++at) {
    for (const char octet : {'\0', '\x01', ',', '=', 'x', '\xFF'}) {
      std::string changed = rfc_message;
      changed[at] = octet;
      const bool is_passed_over = at >= host && at < auth;
      if (changed == rfc_message || is_passed_over) continue;
      const Step step = start("OAUTHBEARER")->begin(changed);
      if (!std::holds_alternative<Question>(step)) continue;
      const auto bearer = asked<BearerToken>(step);
      EXPECT_FALSE(bearer.user == "user@example.com" &&
                   bearer.token == "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")
          << at << " " << static_cast<int>(octet);
    }
  }
}

TEST(Oauthbearer, ALongTokenIsNotCut) {
  const std::string token(9000, 'x');
  const Step step = start("OAUTHBEARER")->begin("n,,\x01" + ("auth=Bearer " + token) + "\x01\x01");
  EXPECT_EQ(asked<BearerToken>(step).token, token);
  EXPECT_EQ(
      answer_to("OAUTHBEARER", "n,,\x01" + ("auth=Bearer " + std::string(13000, 'x')) + "\x01\x01"),
      "malformed");
}

TEST(Xoauth2, AsGoogleDescribesIt) {
  const std::unique_ptr<Exchange> exchange = start("XOAUTH2");
  const Step step = exchange->begin(
      decode_base64("dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52Yj"
                    "NSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==")
          .value());
  EXPECT_EQ(asked<BearerToken>(step).user, "someuser@example.com");
  EXPECT_EQ(asked<BearerToken>(step).token, "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
  EXPECT_EQ(in_words(exchange->settle(test::yes)),
            "success: someuser@example.com/someuser@example.com");
}

TEST(Xoauth2, ATokenThatIsRefused) {
  const std::unique_ptr<Exchange> exchange = start("XOAUTH2");
  EXPECT_EQ(in_words(exchange->begin(std::nullopt)), "challenge: ");
  EXPECT_EQ(in_words(exchange->respond("user=ann\x01"
                                       "auth=Bearer x\x01\x01")),
            "question");
  EXPECT_EQ(in_words(exchange->settle(test::no)), xoauth2_error);
  EXPECT_EQ(in_words(exchange->respond("")), "refused");
}

TEST(Xoauth2, MalformedAndRefused) {
  const std::string right =
      "user=ann\x01"
      "auth=Bearer x\x01\x01";
  EXPECT_EQ(answer_to("XOAUTH2", right), "question");
  for (std::size_t size = 0; size < right.size(); ++size) {
    EXPECT_EQ(answer_to("XOAUTH2", right.substr(0, size)), "malformed") << size;
  }
  for (const std::string_view message : {"user=\x01"
                                         "auth=Bearer x\x01\x01",
                                         "auth=Bearer x\x01\x01", "user=ann\x01\x01",
                                         "user=ann\x01user=bob\x01"
                                         "auth=Bearer x\x01\x01"}) {
    EXPECT_EQ(answer_to("XOAUTH2", message), "malformed") << message;
  }
  EXPECT_EQ(answer_to("XOAUTH2",
                      "user=ann\x01"
                      "auth=Basic x\x01\x01"),
            xoauth2_error);
  EXPECT_EQ(answer_to("XOAUTH2",
                      "user=\xFF\x01"
                      "auth=Bearer x\x01\x01"),
            xoauth2_error);
}

}  // namespace
}  // namespace quoth::auth
