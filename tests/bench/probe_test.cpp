#include "bench/probe.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace quoth::bench {
namespace {

constexpr std::string_view hello =
    "250-pipelining.example.org greets you\r\n250-SIZE 1000\r\n250-auth LOGIN plain\r\n250 "
    "Chunking\r\n";

TEST(Offers, KeywordsInAnyCase) {
  EXPECT_TRUE(offers(hello, "SIZE"));
  EXPECT_TRUE(offers(hello, "CHUNKING"));
  EXPECT_FALSE(offers(hello, "STARTTLS"));
}

TEST(Offers, NotTheServersName) {
  EXPECT_FALSE(offers("250 PIPELINING\r\n", "PIPELINING"));
  EXPECT_FALSE(offers(hello, "pipelining.example.org"));
}

TEST(Offers, Parameters) {
  EXPECT_TRUE(offers(hello, "AUTH", "PLAIN"));
  EXPECT_FALSE(offers(hello, "AUTH", "CRAM-MD5"));
  EXPECT_FALSE(offers("", "AUTH"));
}

}  // namespace
}  // namespace quoth::bench
