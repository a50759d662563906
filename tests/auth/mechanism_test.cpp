#include "auth/mechanism.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "auth/exchange_support.hpp"

namespace quoth::auth {
namespace {

TEST(Mechanisms, AreFoundInAnyCase) {
  for (const Mechanism& mechanism : mechanisms()) {
    EXPECT_EQ(find_mechanism(mechanism.name), &mechanism);
    EXPECT_NE(mechanism.make(test::facts()), nullptr);
    EXPECT_EQ(mechanism.needs_binding, mechanism.name.ends_with("-PLUS"));
  }
  EXPECT_EQ(find_mechanism("plain"), find_mechanism("PLAIN"));
  EXPECT_EQ(find_mechanism("scram-Sha-256-plus")->name, "SCRAM-SHA-256-PLUS");
  for (const std::string_view name : {"", "PLAI", "PLAIN ", "PLAINS", "CRAM-MD5", "ANONYMOUS"}) {
    EXPECT_EQ(find_mechanism(name), nullptr) << name;
  }
}

TEST(Mechanisms, WhatTheyNeed) {
  for (const std::string_view name : {"PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"}) {
    EXPECT_TRUE(find_mechanism(name)->is_plain_text) << name;
  }
  for (const std::string_view name : {"SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "EXTERNAL"}) {
    EXPECT_FALSE(find_mechanism(name)->is_plain_text) << name;
  }
  EXPECT_TRUE(find_mechanism("EXTERNAL")->needs_certificate);
  EXPECT_EQ(mechanisms().front().name, "SCRAM-SHA-256-PLUS");
}

// The first response is taken as an initial one is (RFC 4422 §3.3).
TEST(Mechanisms, WhereTheClientSpeaksFirstItIsInvited) {
  for (const Mechanism& mechanism : mechanisms()) {
    const bool asks = mechanism.name == "LOGIN";
    for (const std::string& message : {std::string{}, std::string("\0ann\0pw", 7),
                                       std::string{"n,,n=ann,r=x"}, std::string(20000, 'x')}) {
      const std::unique_ptr<Exchange> invited = mechanism.make(test::facts());
      EXPECT_EQ(test::in_words(invited->begin(std::nullopt)),
                asks ? "challenge: Username:" : "challenge: ");
      const std::unique_ptr<Exchange> at_once = mechanism.make(test::facts());
      EXPECT_EQ(test::in_words(invited->respond(message)), test::in_words(at_once->begin(message)));
    }
  }
}

}  // namespace
}  // namespace quoth::auth
