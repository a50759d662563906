#include "mail/address_literal.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <gtest/gtest.h>

namespace quoth::mail {
namespace {

TEST(AddressLiteral, Good) {
  for (const std::string_view text : {
           "[127.0.0.1]",
           "[0.0.0.0]",
           "[255.255.255.255]",
           "[001.010.000.255]",  // Snum = 1*3DIGIT
           "[IPv6:::]",
           "[IPv6:::1]",
           "[ipv6:::1]",
           "[IPV6:2001:DB8::aBcD]",
           "[IPv6:1::]",
           "[IPv6:1:2:3:4:5:6:7:8]",
           "[IPv6:1:2:3:4:5:6::]",
           "[IPv6:1:2:3::4:5:6]",
           "[IPv6:::1:2:3:4:5:6]",
           "[IPv6:0000:0000:0000:0000:0000:0000:0000:0001]",
           "[IPv6:1:2:3:4:5:6:1.2.3.4]",
           "[IPv6:::1.2.3.4]",
           "[IPv6:::ffff:192.0.2.7]",
           "[IPv6:1:2:3:4::1.2.3.4]",
           "[IPv6:1:2::3:4:1.2.3.4]",
       }) {
    EXPECT_TRUE(is_address_literal(text)) << text;
  }
}

TEST(AddressLiteral, BadIpv4) {
  for (const std::string_view text : {
           "",
           "[",
           "]",
           "[]",
           "127.0.0.1",
           "[127.0.0.1",
           "127.0.0.1]",
           "[127.0.0]",
           "[127.0.0.1.]",
           "[.127.0.0.1]",
           "[127..0.1]",
           "[127.0.0.1.1]",
           "[256.0.0.1]",
           "[0.0.0.256]",
           "[999.1.1.1]",
           "[0127.0.0.1]",
           "[0000.0.0.1]",
           "[+1.0.0.1]",
           "[-1.0.0.1]",
           "[0x7f.0.0.1]",
           "[127.0.0.1 ]",
           "[ 127.0.0.1]",
           "[127.1]",
           "[[127.0.0.1]]",
       }) {
    EXPECT_FALSE(is_address_literal(text)) << text;
  }
}

TEST(AddressLiteral, BadIpv6) {
  for (const std::string_view text : {
           "[IPv6:]",
           "[IPv6::]",
           "[IPv6:1]",
           "[::1]",
           "[IPv6::1]",
           "[IPv6 :::1]",
           "[IPv6:1:2:3:4:5:6:7]",
           "[IPv6:1:2:3:4:5:6:7:8:9]",
           "[IPv6:1:2:3:4:5:6:7:8:]",
           "[IPv6:1:2:3:4:5:6:7::]",  // "::" stands for two groups at least
           "[IPv6:::1:2:3:4:5:6:7]",
           "[IPv6:1::2::3]",
           "[IPv6::::]",
           "[IPv6:1:::2]",
           "[IPv6:12345::]",
           "[IPv6:g::]",
           "[IPv6:::1%eth0]",
           "[IPv6:1.2.3.4]",
           "[IPv6:1.2.3.4::]",
           "[IPv6:::1.2.3.4:1]",
           "[IPv6:::1.2.3]",
           "[IPv6:::1.2.3.256]",
           "[IPv6:1:2:3:4:5:1.2.3.4]",
           "[IPv6:1:2:3:4:5:6:7:1.2.3.4]",
           "[IPv6:1:2:3:4:5::1.2.3.4]",
           "[IPv6:1:2:3:4:5:6:7:8::]",
       }) {
    EXPECT_FALSE(is_address_literal(text)) << text;
  }
}

TEST(AddressLiteral, GeneralLiteralsAreNone) {
  EXPECT_FALSE(is_address_literal("[tag:content]"));
  EXPECT_FALSE(is_address_literal("[IPv4:127.0.0.1]"));
  EXPECT_FALSE(is_address_literal("[IPv66:::1]"));
  EXPECT_FALSE(is_address_literal("[example.com]"));
}

/// The C library's answer. It differs in one thing: there "::" may stand for a single group.
bool library_takes(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

std::size_t groups_of(std::string_view text) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ':' && (i == 0 || text[i - 1] == ':')) ++groups;
  }
  return text.find('.') == std::string_view::npos ? groups : groups + 1;
}

TEST(AddressLiteral, AgreesWithTheLibraryOnAllShortTexts) {
  constexpr std::array<std::string_view, 4> pieces{"1", "f:", ":", "1.2.3.4"};
  std::size_t accepted = 0;
  for (std::size_t length = 0; length <= 8; ++length) {
    for (std::size_t number = 0; number < (std::size_t{1} << (2 * length)); ++number) {
      std::string text;
      for (std::size_t i = 0; i < length; ++i) text += pieces[(number >> (2 * i)) % 4];
      const bool expected = library_takes(text) && (groups_of(text) != 7);
      ASSERT_EQ(is_address_literal("[IPv6:" + text + "]"), expected) << text;
      if (expected) ++accepted;
    }
  }
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace quoth::mail
