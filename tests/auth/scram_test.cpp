// SCRAM-SHA-1 (RFC 5802), SCRAM-SHA-256 (RFC 7677): whole exchanges.
#include "auth/scram.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include <quoth/auth.hpp>

#include "auth/exchange_support.hpp"
#include "auth/mechanism.hpp"
#include "auth/scram_client.hpp"
#include "auth/scram_keys.hpp"
#include "core/base64.hpp"

namespace quoth::auth {
namespace {

using test::asked;
using test::in_words;
using test::ScramClient;
using test::start;

Verdict known(ScramHash hash = ScramHash::sha256, std::string_view password = "pencil") {
  static const std::string salt = "salt of 16 bytes";
  return {.is_accepted = true, .keys = make_scram_keys(hash, password, salt)};
}

std::string text_of(const Step& step) {
  const auto* const challenge = std::get_if<Challenge>(&step);
  return challenge == nullptr ? std::string{} : challenge->text;
}

/// What becomes of `client` at a server that knows everybody: the first words that are no challenge
/// on the way, or the last.
std::string outcome(std::string_view mechanism, ScramClient client,
                    ExchangeFacts facts = test::facts()) {
  const std::unique_ptr<Exchange> exchange = start(mechanism, std::move(facts));
  const Step question = exchange->begin(client.first());
  if (!std::holds_alternative<Question>(question)) return in_words(question);
  const Step challenge = exchange->settle(known(client.hash));
  const Step verifier = exchange->respond(client.final(text_of(challenge)));
  if (!std::holds_alternative<Challenge>(verifier)) return in_words(verifier);
  if (text_of(verifier) != client.verifier()) return "another verifier";
  return in_words(exchange->respond(""));
}

// RFC 5802 §5.
TEST(Scram, ExampleOfRfc5802) {
  Scram exchange{ScramHash::sha1, Binding::none, {}, "3rfcNHYJY1ZVvWVs7j"};
  const Step step = exchange.begin("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(asked<ScramUser>(step).user, "user");
  EXPECT_EQ(asked<ScramUser>(step).hash, ScramHash::sha1);
  const ScramKeys keys =
      make_scram_keys(ScramHash::sha1, "pencil", decode_base64("QSXCR+Q6sek8bf92").value(), 4096);
  EXPECT_EQ(in_words(exchange.settle({.is_accepted = true, .keys = keys})),
            "challenge: r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
  EXPECT_EQ(in_words(exchange.respond("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                                      "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")),
            "challenge: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
  EXPECT_EQ(in_words(exchange.respond("")), "success: user/");
}

// RFC 7677 §3.
TEST(Scram, ExampleOfRfc7677) {
  Scram exchange{ScramHash::sha256, Binding::none, {}, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"};
  const Step step = exchange.begin("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(asked<ScramUser>(step).hash, ScramHash::sha256);
  const ScramKeys keys = make_scram_keys(ScramHash::sha256, "pencil",
                                         decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4096);
  EXPECT_EQ(in_words(exchange.settle({.is_accepted = true, .keys = keys})),
            "challenge: r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  EXPECT_EQ(in_words(exchange.respond("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")),
            "challenge: v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  EXPECT_EQ(in_words(exchange.respond("")), "success: user/");
}

TEST(Scram, WithoutAnInitialResponse) {
  const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
  EXPECT_EQ(in_words(exchange->begin(std::nullopt)), "challenge: ");
  EXPECT_EQ(in_words(exchange->respond(ScramClient{}.first())), "question");
}

TEST(Scram, EachMechanismToItsEnd) {
  ExchangeFacts facts = test::facts();
  facts.bindings = {.exporter = "exported", .server_end_point = "end point"};
  const ScramClient sha1{.hash = ScramHash::sha1};
  EXPECT_EQ(outcome("SCRAM-SHA-1", sha1, facts), "success: user/");
  EXPECT_EQ(outcome("SCRAM-SHA-256", {}, facts), "success: user/");
  EXPECT_EQ(outcome("SCRAM-SHA-1-PLUS",
                    {.hash = ScramHash::sha1, .header = "p=tls-exporter,,", .channel = "exported"},
                    facts),
            "success: user/");
  EXPECT_EQ(outcome("SCRAM-SHA-256-PLUS",
                    {.header = "p=tls-server-end-point,a=ann,", .channel = "end point"}, facts),
            "success: user/ann");
}

TEST(Scram, NamesAreDecodedAndPrepared) {
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "n,a=a=2Cb,", .bare = "n=Jo\u0308=3Drg,r=x"}),
            "success: J\u00F6=rg/a,b");
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.bare = "n=\u00AD,r=x"}), "refused");
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.bare = "n=\xFF,r=x"}), "refused");
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "n,a=\xFF,"}), "refused");
}

TEST(Scram, ExtensionsArePassedOver) {
  ScramClient client{.bare = "n=user,r=x,x=1,Y=a=b"};
  client.extension = ",t=later";
  EXPECT_EQ(outcome("SCRAM-SHA-256", client), "success: user/");
}

TEST(Scram, AWrongPassword) {
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.password = "crayon"}), "refused");
  EXPECT_EQ(outcome("SCRAM-SHA-1", {.hash = ScramHash::sha1, .password = ""}), "refused");
}

TEST(Scram, BindingsThatDoNotMatch) {
  ExchangeFacts facts = test::facts();
  facts.bindings = {.exporter = "exported"};
  const std::string_view plus = "SCRAM-SHA-256-PLUS";
  EXPECT_EQ(outcome(plus, {.header = "p=tls-exporter,,", .channel = "exported"}, facts),
            "success: user/");
  for (const std::string channel : {"", "Exported", "exporte", "exported2", "end point"}) {
    EXPECT_EQ(outcome(plus, {.header = "p=tls-exporter,,", .channel = channel}, facts), "refused");
  }
  // Not there, not known, or not said.
  for (const std::string header :
       {"p=tls-server-end-point,,", "p=tls-unique,,", "p=TLS-EXPORTER,,", "n,,", "y,,"}) {
    EXPECT_EQ(outcome(plus, {.header = header, .channel = "exported"}, facts), "refused") << header;
  }
  facts.bindings = {.exporter = ""};
  EXPECT_EQ(outcome(plus, {.header = "p=tls-exporter,,"}, facts), "refused");
  // A binding without -PLUS.
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "p=tls-exporter,,", .channel = "exported"}),
            "refused");
}

// Without binding there is nothing behind the header.
TEST(Scram, AChannelWhereThereIsNone) {
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.channel = "exported"}), "refused");
}

// RFC 5802 §6: the client says that it was not offered what we have offered.
TEST(Scram, ADowngradeIsRefused) {
  ExchangeFacts facts = test::facts();
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "y,,"}, facts), "success: user/");
  facts.offers_binding = true;
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "y,,"}, facts), "refused");
  EXPECT_EQ(outcome("SCRAM-SHA-256", {.header = "n,,"}, facts), "success: user/");
}

TEST(Scram, AnotherHeaderInTheEnd) {
  const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
  ScramClient client;
  EXPECT_EQ(in_words(exchange->begin(client.first())), "question");
  const std::string challenge = text_of(exchange->settle(known()));
  client.header = "y,,";
  EXPECT_EQ(in_words(exchange->respond(client.final(challenge))), "refused");
}

TEST(Scram, AnotherNonceInTheEnd) {
  for (const std::string_view nonce : {"r=clientnonce", "r=x", "r=clientnonceX", "r=Clientnonce"}) {
    const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
    ScramClient client;
    EXPECT_EQ(in_words(exchange->begin(client.first())), "question");
    std::string challenge = text_of(exchange->settle(known()));
    challenge.replace(0, challenge.find(",s="), nonce);
    EXPECT_EQ(in_words(exchange->respond(client.final(challenge))), "refused");
  }
}

TEST(Scram, OurNonceIsAppended) {
  const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
  EXPECT_EQ(in_words(exchange->begin(ScramClient{}.first())), "question");
  EXPECT_TRUE(
      text_of(exchange->settle(known())).starts_with("r=clientnonceMTIzNDU2Nzg5MDEyMzQ1Njc4,s="));
}

TEST(Scram, NothingFollowsTheVerifier) {
  const std::unique_ptr<Exchange> exchange = start("SCRAM-SHA-256");
  ScramClient client;
  EXPECT_EQ(in_words(exchange->begin(client.first())), "question");
  const std::string challenge = text_of(exchange->settle(known()));
  const std::string last = client.final(challenge);
  EXPECT_EQ(text_of(exchange->respond(last)), client.verifier());
  EXPECT_EQ(in_words(exchange->respond("more")), "malformed");
}

/// The challenge to somebody whom nobody knows, and what his proof comes to.
std::pair<std::string, std::string> unknown(std::string_view mechanism, ScramClient client,
                                            ExchangeFacts facts, Verdict verdict) {
  const std::unique_ptr<Exchange> exchange = start(mechanism, std::move(facts));
  EXPECT_EQ(in_words(exchange->begin(client.first())), "question");
  const std::string challenge = text_of(exchange->settle(std::move(verdict)));
  return {challenge, in_words(exchange->respond(client.final(challenge)))};
}

TEST(Scram, WhomNobodyKnowsLearnsItAtTheEnd) {
  const auto [challenge, end] = unknown("SCRAM-SHA-256", {}, test::facts(), test::no);
  EXPECT_EQ(end, "refused");
  const std::unique_ptr<Exchange> other = start("SCRAM-SHA-256");
  EXPECT_EQ(in_words(other->begin(ScramClient{}.first())), "question");
  const std::string real = text_of(other->settle(known()));
  EXPECT_EQ(challenge.substr(0, challenge.find(",s=")), real.substr(0, real.find(",s=")));
  EXPECT_EQ(challenge.substr(challenge.find(",i=")), real.substr(real.find(",i=")));

  // Always the same, whatever nobody knows of him, and as long as the usual.
  const std::string salt = challenge.substr(challenge.find(",s=") + 3, 24);
  EXPECT_EQ(decode_base64(salt).value().size(), usual_salt_bytes);
  for (Verdict verdict : {Verdict{.is_accepted = true}, known(ScramHash::sha1)}) {
    EXPECT_EQ(unknown("SCRAM-SHA-256", {}, test::facts(), std::move(verdict)),
              std::pair(challenge, end));
  }
  // Another one's, another hash's, another server's.
  ExchangeFacts elsewhere = test::facts();
  elsewhere.secret = "another secret";
  const auto salt_of = [](const std::pair<std::string, std::string>& each) {
    EXPECT_EQ(each.second, "refused");
    return each.first.substr(each.first.find(",s=") + 3, 24);
  };
  EXPECT_NE(
      salt_of(unknown("SCRAM-SHA-256", {.bare = "n=ann,r=clientnonce"}, test::facts(), test::no)),
      salt);
  EXPECT_NE(salt_of(unknown("SCRAM-SHA-1", {.hash = ScramHash::sha1}, test::facts(), test::no)),
            salt);
  EXPECT_NE(salt_of(unknown("SCRAM-SHA-256", {}, elsewhere, test::no)), salt);
}

// Who is known and not accepted has the right proof, and fails.
TEST(Scram, AnAccountThatIsClosed) {
  Verdict closed = known();
  closed.is_accepted = false;
  EXPECT_EQ(unknown("SCRAM-SHA-256", {}, test::facts(), std::move(closed)).second, "refused");
}

TEST(Scram, KeysThatAreBrokenAreNobodys) {
  ScramKeys empty = *known().keys;
  empty.salt.clear();
  ScramKeys none = *known().keys;
  none.iterations = 0;
  ScramKeys cut = *known().keys;
  cut.server_key.pop_back();
  for (const ScramKeys& keys : {empty, none, cut, ScramKeys{}}) {
    EXPECT_FALSE(are_usable(keys, ScramHash::sha256));
    EXPECT_EQ(
        unknown("SCRAM-SHA-256", {}, test::facts(), {.is_accepted = true, .keys = keys}).second,
        "refused");
  }
}

}  // namespace
}  // namespace quoth::auth
