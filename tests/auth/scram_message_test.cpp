// What of a SCRAM client's messages is malformed, and that no octet of them can be another one.
#include "auth/scram_message.hpp"

#include <algorithm>
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
#include "auth/scram_client.hpp"
#include "auth/scram_keys.hpp"

namespace quoth::auth {
namespace {

using namespace std::string_view_literals;
using test::answer_to;
using test::in_words;
using test::ScramClient;
using test::start;

const ScramKeys& keys() {
  static const ScramKeys keys = make_scram_keys(ScramHash::sha256, "pencil", "salt of 16 bytes", 2);
  return keys;
}

TEST(ScramFirst, Parsed) {
  const std::optional<ScramFirst> first =
      parse_scram_first("p=tls-exporter,a=x=2Cy,n=a=3Db,r=nonce,x=1");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header.text, "p=tls-exporter,a=x=2Cy,");
  EXPECT_EQ(first->header.flag, 'p');
  EXPECT_EQ(first->header.binding_type, "tls-exporter");
  EXPECT_EQ(first->header.authorization, "x,y");
  EXPECT_EQ(first->bare, "n=a=3Db,r=nonce,x=1");
  EXPECT_EQ(first->user, "a=b");
  EXPECT_EQ(first->nonce, "nonce");
}

TEST(ScramFirst, Malformed) {
  for (const std::string_view message :
       {""sv, "n"sv, "n,"sv, "n,,"sv, "n,,n=user"sv, "n,,n=user,"sv, "n,,n=user,r="sv,
        "n,,n=,r=x"sv, ",,n=user,r=x"sv, "x,,n=user,r=x"sv, "N,,n=user,r=x"sv, "nn,,n=user,r=x"sv,
        "p,,n=user,r=x"sv, "p=,,n=user,r=x"sv, "p=tls_exporter,,n=user,r=x"sv,
        "p=tls exporter,,n=user,r=x"sv, "F,n,,n=user,r=x"sv, "n,ann,n=user,r=x"sv,
        "n,a=,n=user,r=x"sv, "n,b=ann,n=user,r=x"sv, "n,a=a=b,n=user,r=x"sv, "n,n=user,r=x"sv,
        // Extensions that may not be passed over (RFC 5802 §5.1).
        "n,,m=x,n=user,r=x"sv, "n,,n=user,r=x,m=x"sv, "n,,m=,n=user,r=x"sv, "n,,r=x,n=user"sv,
        "n,,n=user,x=1,r=x"sv, "n,,x=1,n=user,r=x"sv, "n,,N=user,r=x"sv, "n,,n=us=er,r=x"sv,
        "n,,n=user=,r=x"sv, "n,,n=user=2,r=x"sv, "n,,n=us=2cer,r=x"sv, "n,,n=us=2Eer,r=x"sv,
        "n,,n=us=3dr,r=x"sv, "n,,n=us\0er,r=x"sv, "n,,n=user,r=a b"sv, "n,,n=user,r=a\x7F"sv,
        "n,,n=user,r=\xC3\xB6"sv, "n,,n=user,r=a\0"sv, "n,,n=user,r=x,"sv, "n,,n=user,r=x,,"sv,
        "n,,n=user,r=x,x"sv, "n,,n=user,r=x,x="sv, "n,,n=user,r=x,xy=1"sv, "n,,n=user,r=x,1=1"sv,
        "n,,n=user,r=x,x=\0"sv, "n,,n=user,r=x,r=y"sv, "n,,n=user,r=x,p=y"sv,
        "n,,n=user,n=user,r=x"sv, "\0"sv, "n,,n=user,r=x,x=1,"sv}) {
    EXPECT_EQ(answer_to("SCRAM-SHA-256", message), "malformed") << message;
    EXPECT_EQ(answer_to("SCRAM-SHA-1-PLUS", message), "malformed") << message;
  }
}

TEST(ScramFirst, AtTheLimitsAndBeyond) {
  const std::string name(255, 'x');
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,a=" + name + ",n=" + name + ",r=x"), "question");
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,,n=x" + name + ",r=x"), "malformed");
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,a=x" + name + ",n=x,r=x"), "malformed");
  const std::string nonce(max_nonce_bytes, 'x');
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,,n=user,r=" + nonce), "question");
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,,n=user,r=x" + nonce), "malformed");
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,,n=user,r=x,x=" + std::string(12000, 'x')), "question");
  EXPECT_EQ(answer_to("SCRAM-SHA-256", "n,,n=user,r=x,x=" + std::string(12288, 'x')), "malformed");
}

TEST(ScramFinal, Malformed) {
  const std::string proof(43, 'A');
  const std::string good = "c=biws,r=x,p=" + proof + "=";
  EXPECT_TRUE(parse_scram_final(good, ScramHash::sha256));
  EXPECT_FALSE(parse_scram_final(good, ScramHash::sha1));
  EXPECT_TRUE(parse_scram_final("c=biws,r=x,p=" + std::string(27, 'A') + "=", ScramHash::sha1));
  for (const std::string& message : {std::string{},
                                     std::string{"c=biws,r=x"},
                                     std::string{"c=biws,r=x,p="},
                                     "p=" + proof + "=",
                                     ",p=" + proof + "=",
                                     "c=biws,p=" + proof + "=",
                                     "r=x,p=" + proof + "=",
                                     "c=,r=x,p=" + proof + "=",
                                     "c=biw,r=x,p=" + proof + "=",
                                     "c=biwt=,r=x,p=" + proof + "=",
                                     "c=*iws,r=x,p=" + proof + "=",
                                     "r=x,c=biws,p=" + proof + "=",
                                     "c=biws,r=,p=" + proof + "=",
                                     "c=biws,r=a b,p=" + proof + "=",
                                     "c=biws,r=x,p=" + proof,
                                     "c=biws,r=x,p=" + proof + "A",
                                     "c=biws,r=x,p=" + proof + "==",
                                     "c=biws,r=x,p=" + proof + "A====",
                                     "c=biws,r=x,p=" + proof.substr(1) + "==",
                                     "c=biws,r=x,p=" + proof.substr(1) + "B=",
                                     "c=biws,r=x,p=" + proof.substr(1) + "*=",
                                     "c=biws,r=x,P=" + proof + "=",
                                     "c=biws,m=x,r=x,p=" + proof + "=",
                                     "c=biws,r=x,m=x,p=" + proof + "=",
                                     "c=biws,r=x,p=x,p=" + proof + "=",
                                     "c=biws,r=x,x,p=" + proof + "=",
                                     "c=biws,r=x,p=" + proof + "=,x=1",
                                     "c=biws,r=x,p=" + proof + "=,",
                                     " " + good,
                                     good + "\r\n"}) {
    EXPECT_FALSE(parse_scram_final(message, ScramHash::sha256)) << message;
  }
}

/// How an exchange ends whose messages have gone through `first` and `final`.
template <class First, class Final>
std::string outcome(First first, Final final) {
  const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
  ScramClient client{.header = "n,a=ann,"};
  const Step question = exchange->begin(first(client.first()));
  if (!std::holds_alternative<Question>(question)) return in_words(question);
  const Step challenge = exchange->settle({.is_accepted = true, .keys = keys()});
  const Step end = exchange->respond(final(client.final(std::get<Challenge>(challenge).text)));
  return std::holds_alternative<Challenge>(end) ? "proven" : in_words(end);
}

const auto as_it_is = [](std::string message) { return message; };

TEST(ScramMessages, CutAnywhereTheyFail) {
  EXPECT_EQ(outcome(as_it_is, as_it_is), "proven");
  for (std::size_t size = 0; size < 160; ++size) {
    const auto cut = [&](const std::string& message) {
      return message.substr(0, std::min(size, message.size() - 1));
    };
    EXPECT_NE(outcome(cut, as_it_is), "proven") << size;
    EXPECT_EQ(outcome(as_it_is, cut), "malformed") << size;
  }
}

TEST(ScramMessages, ChangedAnywhereTheyFail) {
  for (std::size_t at = 0; at < 130; ++at) {
    for (const char octet : {'\0', ',', '=', 'A', 'x', '\xFF'}) {
      const auto change = [&](std::string message) {
        char& place = message[at % message.size()];
        place = place == octet ? '~' : octet;
        return message;
      };
      EXPECT_NE(outcome(change, as_it_is), "proven") << at << " " << static_cast<int>(octet);
      EXPECT_NE(outcome(as_it_is, change), "proven") << at << " " << static_cast<int>(octet);
    }
  }
}

TEST(ScramMessages, WithAnOctetMoreTheyFail) {
  for (std::size_t at = 0; at < 130; ++at) {
    const auto insert = [&](std::string message) {
      return message.insert(at % (message.size() + 1), 1, 'x');
    };
    EXPECT_NE(outcome(insert, as_it_is), "proven") << at;
    EXPECT_NE(outcome(as_it_is, insert), "proven") << at;
  }
}

}  // namespace
}  // namespace quoth::auth
