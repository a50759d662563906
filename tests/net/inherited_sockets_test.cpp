#include "net/inherited_sockets.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include "net/address.hpp"

namespace quoth::net {
namespace {

constexpr ::pid_t own = 4711;

/// "smtp 3, lmtp 4", or what is wrong.
std::string parse(const ListenVariables& variables) {
  try {
    const InheritedSockets parsed = InheritedSockets::parse(variables, own);
    std::string result;
    for (const auto& each : parsed.all()) {
      result += (result.empty() ? "" : ", ") + each.name + ' ' + std::to_string(each.fd);
    }
    return result;
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(InheritedSockets, HaveNamesInTheirOrder) {
  EXPECT_EQ(parse({"4711", "2", "smtp:lmtp"}), "smtp 3, lmtp 4");
  EXPECT_EQ(parse({"4711", "3", "smtp:lmtp:smtp"}), "smtp 3, lmtp 4, smtp 5");
  EXPECT_EQ(parse({"4711", "2", ""}), "unknown 3, unknown 4");
  EXPECT_EQ(InheritedSockets::parse({"4711", "3", "smtp:lmtp:smtp"}, own).names(),
            "fd:smtp, fd:lmtp");
}

TEST(InheritedSockets, AreNoneForAnotherProcess) {
  EXPECT_EQ(parse({}), "");
  EXPECT_EQ(parse({"1", "2", "smtp:lmtp"}), "");
  EXPECT_EQ(parse({"4711x", "2", "smtp:lmtp"}), "");
  EXPECT_EQ(parse({"4711", "0", ""}), "");
  EXPECT_EQ(InheritedSockets{}.names(), "none");
}

TEST(InheritedSockets, VariablesMustAgree) {
  EXPECT_EQ(parse({"4711", "", ""}), "LISTEN_FDS=\"\" is no number of sockets");
  EXPECT_EQ(parse({"4711", "-1", ""}), "LISTEN_FDS=\"-1\" is no number of sockets");
  EXPECT_EQ(parse({"4711", "99999999999999999999", ""}),
            "LISTEN_FDS=\"99999999999999999999\" is no number of sockets");
  EXPECT_EQ(parse({"4711", "2", "smtp"}), "LISTEN_FDNAMES=\"smtp\" does not name 2 sockets");
  EXPECT_EQ(parse({"4711", "0", "smtp"}), "LISTEN_FDNAMES=\"smtp\" does not name 0 sockets");
}

TEST(InheritedSockets, ANameNobodyHasOpensNothing) {
  const Result<std::vector<ListeningSocket>> opened = InheritedSockets{}.open("smtp");
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->empty());
}

TEST(AdoptedSocket, IsADuplicateThatListens) {
  Result<ListeningSocket> theirs = ListeningSocket::open(Address::parse("127.0.0.1:0"), 0);
  ASSERT_TRUE(theirs);
  Result<ListeningSocket> adopted = ListeningSocket::adopt(theirs->fd());
  ASSERT_TRUE(adopted);
  EXPECT_NE(adopted->fd(), theirs->fd());
  EXPECT_EQ(host_port(adopted->bound()).to_string(), host_port(theirs->bound()).to_string());
  EXPECT_NE(::fcntl(adopted->fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(adopted->fd(), F_GETFL) & O_NONBLOCK, 0);
  Result<ListeningSocket> shared = adopted->share();
  ASSERT_TRUE(shared);
  theirs->close();
  const Descriptor client{::socket(AF_INET, SOCK_STREAM, 0)};
  ASSERT_EQ(::connect(client.get(), static_cast<const sockaddr*>(adopted->bound().data()),
                      static_cast<socklen_t>(adopted->bound().size())),
            0);
  boost::asio::generic::stream_protocol::endpoint peer;
  EXPECT_TRUE(shared->accept(peer)->has_value());
}

TEST(AdoptedSocket, ListensAndIsAStream) {
  const Descriptor stream{::socket(AF_INET, SOCK_STREAM, 0)};
  const Descriptor datagrams{::socket(AF_INET, SOCK_DGRAM, 0)};
  const Descriptor file{::open("/dev/null", O_RDONLY)};
  for (const Descriptor* each : {&stream, &datagrams, &file}) {
    const Result<ListeningSocket> adopted = ListeningSocket::adopt(each->get());
    ASSERT_FALSE(adopted);
    EXPECT_EQ(adopted.error().value(), EINVAL);
  }
  EXPECT_EQ(ListeningSocket::adopt(-1).error().value(), EBADF);
}

TEST(AddressTest, ReadsNamesOfInheritedSockets) {
  EXPECT_EQ(Address::parse("fd:smtp").inherited, "smtp");
  EXPECT_FALSE(Address::parse("fd:smtp").is_unix());
  for (const std::string& bad : {std::string{"fd:"}, std::string{"fd:a:b"}, std::string{"fd:a b"},
                                 "fd:" + std::string(256, 'a')}) {
    EXPECT_THROW(static_cast<void>(Address::parse(bad)), std::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace quoth::net
