#include "net/network.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/address.hpp"

namespace quoth::net {
namespace {

bool contains(std::string_view network, std::string_view address) {
  return Network::parse(network).contains(Address::parse(address).endpoint);
}

std::string problem(std::string_view text) {
  try {
    return Network::parse(text).to_string();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(Network, ContainsItsAddresses) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1:1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1:1"));
  EXPECT_TRUE(contains("192.0.2.4/30", "192.0.2.7:1"));
  EXPECT_FALSE(contains("192.0.2.4/30", "192.0.2.8:1"));
  EXPECT_FALSE(contains("192.0.2.4/30", "192.0.2.3:1"));
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7:1"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6:1"));
  EXPECT_TRUE(contains("2001:db8::/32", "[2001:db8:ffff::1]:1"));
  EXPECT_FALSE(contains("2001:db8::/32", "[2001:db9::1]:1"));
  EXPECT_TRUE(contains("2001:db8::/33", "[2001:db8:7fff::1]:1"));
  EXPECT_FALSE(contains("2001:db8::/33", "[2001:db8:8000::1]:1"));
}

TEST(Network, TheWidestOnes) {
  EXPECT_TRUE(contains("0.0.0.0/0", "255.1.2.3:1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "[::1]:1"));
  EXPECT_TRUE(contains("::/0", "[2001:db8::1]:1"));
  EXPECT_FALSE(contains("::/0", "192.0.2.7:1"));
  EXPECT_FALSE(contains("::/64", "[::ffff:192.0.2.7]:1"));
}

TEST(Network, AMappedAddressIsTheIpv4One) {
  EXPECT_TRUE(contains("10.0.0.0/8", "[::ffff:10.1.2.3]:1"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.1.2.3:1"));
  EXPECT_EQ(Network::parse("::ffff:10.0.0.0/104").to_string(), "10.0.0.0/8");
}

TEST(Network, UnixIsNoAddress) {
  EXPECT_TRUE(contains("unix", "unix:/run/quoth.sock"));
  EXPECT_FALSE(contains("unix", "127.0.0.1:1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "unix:/run/quoth.sock"));
  EXPECT_FALSE(contains("::/0", "unix:/run/quoth.sock"));
  EXPECT_FALSE(Network::parse("unix").contains(AddressKey{}));
}

TEST(Network, IsWrittenAsItIsRead) {
  for (const std::string_view text :
       {"10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "2001:db8::1", "unix", "0.0.0.0/0", "::/0"}) {
    EXPECT_EQ(problem(text), text);
  }
  EXPECT_EQ(problem("192.0.2.7/32"), "192.0.2.7");
  EXPECT_EQ(problem("2001:DB8::1/128"), "2001:db8::1");
}

TEST(Network, SaysWhatIsWrong) {
  constexpr std::string_view forms =
      R"(expected one such as "10.0.0.0/8", "192.0.2.7", "2001:db8::/32" or "unix")";
  for (const std::string_view text :
       {"", "10", "10.0.0/8", "example.org", "10.0.0.0:25", "[::1]", "unix:/run/x", "UNIX",
        " 10.0.0.1", "fe80::1%eth0", "010.0.0.0", "/8"}) {
    EXPECT_EQ(problem(text), "\"" + std::string{text} + "\" is no network: " + std::string{forms});
  }
  for (const std::string_view text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1",
                                      "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0"}) {
    EXPECT_EQ(problem(text), "\"" + std::string{text} +
                                 "\" is no network: a number from 0 to 32 goes behind the \"/\"");
  }
  EXPECT_EQ(problem("::/129"),
            "\"::/129\" is no network: a number from 0 to 128 goes behind the \"/\"");
}

TEST(Network, SaysWhichOneIsMeant) {
  EXPECT_EQ(problem("10.1.2.3/8"),
            "\"10.1.2.3/8\" is no network: there are bits behind the network's; perhaps "
            "\"10.0.0.0/8\" is meant, or \"10.1.2.3\" alone");
  EXPECT_EQ(problem("2001:db8::1/64"),
            "\"2001:db8::1/64\" is no network: there are bits behind the network's; perhaps "
            "\"2001:db8::/64\" is meant, or \"2001:db8::1\" alone");
}

TEST(NetworkSet, IsAllOfThem) {
  const std::vector<std::string> texts{"10.0.0.0/8", "2001:db8::1", "unix"};
  const NetworkSet set{texts};
  EXPECT_FALSE(set.empty());
  for (const std::string_view inside : {"10.1.1.1:1", "[2001:db8::1]:1", "unix:/x"}) {
    EXPECT_TRUE(set.contains(Address::parse(inside).endpoint)) << inside;
  }
  EXPECT_FALSE(set.contains(Address::parse("192.0.2.7:1").endpoint));
  EXPECT_TRUE(set.contains(peer_keys(Address::parse("10.1.1.1:1").endpoint)->address));
  EXPECT_FALSE(set.contains(peer_keys(Address::parse("11.1.1.1:1").endpoint)->address));
}

TEST(NetworkSet, IsNobodyByDefault) {
  const NetworkSet nobody;
  EXPECT_TRUE(nobody.empty());
  EXPECT_FALSE(nobody.contains(Address::parse("127.0.0.1:1").endpoint));
  EXPECT_FALSE(nobody.contains(Address::parse("unix:/x").endpoint));
  const std::vector<std::string> bad{"10.0.0.0/8", "nonsense"};
  EXPECT_THROW(NetworkSet{bad}, std::invalid_argument);
}

}  // namespace
}  // namespace quoth::net
