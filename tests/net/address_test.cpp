#include "net/address.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

namespace quoth::net {
namespace {

TEST(Address, ReadsTcpAddresses) {
  for (const std::string_view text :
       {"127.0.0.1:2525", "0.0.0.0:0", "[::1]:25", "[::]:65535", "[2001:db8::7]:1"}) {
    const Address address = Address::parse(text);
    EXPECT_FALSE(address.is_unix());
    EXPECT_EQ(host_port(address.endpoint).to_string(), text);
  }
}

TEST(Address, ReadsUnixSockets) {
  const Address address = Address::parse("unix:/run/quoth/a b:c.sock");
  EXPECT_TRUE(address.is_unix());
  EXPECT_EQ(address.path, "/run/quoth/a b:c.sock");
  EXPECT_EQ(host_port(address.endpoint).host, "");
}

TEST(Address, OfAUnixSocketHasAtMost107Octets) {
  EXPECT_EQ(Address::parse("unix:/" + std::string(106, 'x')).path.size(), 107U);
  EXPECT_THROW(Address::parse("unix:/" + std::string(107, 'x')), std::invalid_argument);
}

TEST(Address, OtherTextsThrowAndQuoteThemselves) {
  constexpr auto texts = std::to_array<std::string_view>({"",
                                                          "2525",
                                                          ":2525",
                                                          "localhost:25",
                                                          "127.0.0.1",
                                                          "127.0.0.1:",
                                                          "127.0.0.1:x",
                                                          "127.0.0.1:65536",
                                                          "127.0.0.1:-1",
                                                          "127.0.0.1:+1",
                                                          "127.0.0.1:25 ",
                                                          " 127.0.0.1:25",
                                                          "127.0.0.1:0x19",
                                                          "127.0.0.256:25",
                                                          "::1:25",
                                                          "[::1]",
                                                          "[::1]:",
                                                          "[127.0.0.1]:25",
                                                          "[::1:25",
                                                          "::1]:25",
                                                          "[]:25",
                                                          "unix:",
                                                          "127.0.0.1:2525:"});
  for (const std::string_view text : texts) {
    try {
      static_cast<void>(Address::parse(text));
      ADD_FAILURE() << text << " was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string_view{error.what()}.find('"' + std::string{text} + '"'),
                std::string_view::npos)
          << error.what();
    }
  }
}

TEST(HostPort, OfAMappedAddressIsTheIpv4One) {
  namespace ip = boost::asio::ip;
  const ip::tcp::endpoint mapped{ip::make_address("::ffff:192.0.2.7"), 25};
  EXPECT_EQ(host_port(mapped).to_string(), "192.0.2.7:25");
}

}  // namespace
}  // namespace quoth::net
