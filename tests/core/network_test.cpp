#include <quoth/network.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth {
namespace {

bool is_in(std::string_view address, std::string_view network) {
  return Network::parse(network).contains(address);
}

TEST(Network, HoldsItsAddresses) {
  EXPECT_TRUE(is_in("10.255.255.255", "10.0.0.0/8"));
  EXPECT_FALSE(is_in("11.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(is_in("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(is_in("192.0.2.8", "192.0.2.7"));
  EXPECT_TRUE(is_in("192.0.2.129", "192.0.2.128/25"));
  EXPECT_FALSE(is_in("192.0.2.127", "192.0.2.128/25"));
  EXPECT_TRUE(is_in("2001:db8:ffff::1", "2001:db8::/32"));
  EXPECT_FALSE(is_in("2001:db9::1", "2001:db8::/32"));
  EXPECT_TRUE(is_in("203.0.113.9", "0.0.0.0/0"));
}

TEST(Network, AMappedAddressIsTheIpv4One) {
  EXPECT_TRUE(is_in("::ffff:10.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(is_in("10.1.2.3", "::ffff:10.0.0.0/104"));
  EXPECT_FALSE(is_in("10.1.2.3", "::/0"));
  EXPECT_FALSE(is_in("::1", "0.0.0.0/0"));
}

TEST(Network, UnixSocketsAreANetworkOfTheirOwn) {
  EXPECT_TRUE(is_in("", "unix"));
  EXPECT_FALSE(is_in("127.0.0.1", "unix"));
  EXPECT_FALSE(is_in("", "0.0.0.0/0"));
  EXPECT_FALSE(is_in("", "::/0"));
}

TEST(Network, WhatIsNoAddressIsInNone) {
  EXPECT_FALSE(is_in("unknown", "0.0.0.0/0"));
  EXPECT_FALSE(is_in("10.0.0.1 ", "10.0.0.0/8"));
  EXPECT_FALSE(is_in(std::string_view{"10.0.0.1\0", 9}, "10.0.0.0/8"));
  EXPECT_TRUE(is_in("fe80::1%eth0", "fe80::/10"));
}

TEST(Network, SaysWhatIsWrong) {
  for (const std::string text :
       {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.1/8", "::/129", "::1/64",
        "mx.example.org", "fe80::1%eth0", "10.0.0.0/8/8", "Unix"}) {
    try {
      static_cast<void>(Network::parse(text));
      ADD_FAILURE() << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("is no network: ")) << text;
    }
  }
}

TEST(Network, SaysHowWideItIs) {
  EXPECT_EQ(Network::parse("10.0.0.0/8").prefix_length(), 8U);
  EXPECT_EQ(Network::parse("192.0.2.7").prefix_length(), 32U);
  EXPECT_EQ(Network::parse("0.0.0.0/0").prefix_length(), 0U);
  EXPECT_TRUE(Network::parse("0.0.0.0/0").is_v4());
  EXPECT_EQ(Network::parse("::ffff:0.0.0.0/96").prefix_length(), 0U);
  EXPECT_TRUE(Network::parse("::ffff:0.0.0.0/96").is_v4());
  EXPECT_EQ(Network::parse("2001:db8::/32").prefix_length(), 32U);
  EXPECT_FALSE(Network::parse("::/0").is_v4());
  EXPECT_EQ(Network::parse("::1").prefix_length(), 128U);
  EXPECT_FALSE(Network::parse("unix").is_v4());
}

}  // namespace
}  // namespace quoth
