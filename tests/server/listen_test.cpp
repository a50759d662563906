// Where a server listens.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_server.hpp"

namespace quoth::server {
namespace {

using support::SmtpClient;
using support::TemporaryFolder;
using support::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

ServerOptions listening_on(std::vector<std::string> addresses) {
  ServerOptions options = support::test_options();
  options.listen = std::move(addresses);
  return options;
}

/// What start() throws.
std::string failure_of(Server& server) {
  try {
    server.start();
  } catch (const boost::system::system_error& error) {
    return error.what();
  }
  return "nothing";
}

bool is_socket(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

/// A socket's file that nobody listens on, as a crash leaves it.
void leave_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(fd, 1), 0);
  ::close(fd);
}

TEST(Listen, OnAPortThatTheSystemChooses) {
  TestServer server{listening_on({"127.0.0.1:0"})};
  EXPECT_TRUE(server.listening().empty());
  server.start();
  const Endpoint endpoint = server.listening().front();
  EXPECT_EQ(endpoint.host, "127.0.0.1");
  EXPECT_NE(endpoint.port, 0);
  EXPECT_EQ(endpoint.address, "127.0.0.1:" + std::to_string(endpoint.port));
  EXPECT_EQ(endpoint.path, "");
  SmtpClient client{endpoint};
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

TEST(Listen, OnIpv6) {
  support::Recorder peers;
  TestServer server{listening_on({"[::1]:0"})};
  server.on<event::Connect>("peer", [&](event::Connect& connect) {
    peers.add(connect.session.client().address);
    return pass();
  });
  server.start();
  EXPECT_THAT(server.listening().front().address, StartsWith("[::1]:"));
  SmtpClient client = server.client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
  EXPECT_EQ(peers.count("::1"), 1U);
}

TEST(Listen, OnSeveralAtOnceAndTellsWhichTookTheConnection) {
  const TemporaryFolder folder;
  TestServer server{
      listening_on({"127.0.0.1:0", "[::1]:0", "127.0.0.1:0", "unix:" + folder / "s"})};
  server.on<event::Banner>("where",
                           [](event::Banner& banner) { return accept(banner.session.listener()); });
  server.start();
  ASSERT_EQ(server.listening().size(), 4U);
  for (const Endpoint& endpoint : server.listening()) {
    SmtpClient client{endpoint};
    EXPECT_EQ(client.reply(), "220 mx.test " + endpoint.address);
  }
}

TEST(Bind, TakesTheAddressesBeforeTheStart) {
  const TemporaryFolder folder;
  TestServer server{listening_on({"127.0.0.1:0", "unix:" + folder / "s"})};
  server.bind();
  const std::vector<Endpoint> bound = server.listening();
  ASSERT_EQ(bound.size(), 2U);
  EXPECT_TRUE(is_socket(folder / "s"));
  EXPECT_THROW(server.bind(), std::logic_error);
  SmtpClient early{bound.front()};
  server.start();
  EXPECT_EQ(server.listening().size(), 2U);
  EXPECT_THAT(early.reply(), StartsWith("220"));
  EXPECT_THROW(server.bind(), std::logic_error);
}

TEST(Bind, WithoutAStartLeavesNoFile) {
  const TemporaryFolder folder;
  {
    TestServer server{listening_on({"unix:" + folder / "s"})};
    server.bind();
    EXPECT_TRUE(is_socket(folder / "s"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "s"));
}

TEST(Bind, AFailureLeavesNoFile) {
  const TemporaryFolder folder;
  TestServer server{listening_on({"unix:" + folder / "s", "fd:smtp"})};
  EXPECT_THAT(failure_of(server), HasSubstr("fd:smtp, of those that were handed in (none)"));
  EXPECT_FALSE(std::filesystem::exists(folder / "s"));
}

TEST(Listen, OnEveryAddressOfBothFamilies) {
  TestServer first{listening_on({"0.0.0.0:0"})};
  first.start();
  const std::string port = std::to_string(first.listening().front().port);
  TestServer second{listening_on({"[::]:" + port, "0.0.0.0:0"})};
  second.start();
  SmtpClient client{second.listening().front()};
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

TEST(Listen, AnIpv4ClientOfAnIpv6SocketHasItsIpv4Address) {
  support::Recorder peers;
  TestServer server{listening_on({"[::]:0"})};
  server.on<event::Connect>("peer", [&](event::Connect& connect) {
    peers.add(connect.session.client().address);
    return pass();
  });
  server.start();
  Endpoint endpoint = server.listening().front();
  endpoint.host = "127.0.0.1";
  SmtpClient client{endpoint};
  client.reply();
  EXPECT_EQ(peers.count("127.0.0.1"), 1U);
}

TEST(Listen, OnAUnixSocketWithItsMode) {
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  {
    ServerOptions options = listening_on({"unix:" + path});
    options.unix_mode = 0600;
    TestServer server{options};
    server.on_verb("XPEER", "peer", [](event::Command& command) {
      const Client& client = command.session.client();
      return accept("2.0.0 [" + client.address + "] " + std::to_string(client.port));
    });
    server.start();
    const Endpoint endpoint = server.listening().front();
    EXPECT_EQ(endpoint.address, "unix:" + path);
    EXPECT_EQ(endpoint.path, path);
    EXPECT_EQ(endpoint.port, 0);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    SmtpClient client{endpoint};
    client.reply();
    EXPECT_EQ(client.command("XPEER"), "250 2.0.0 [] 0");
    server.stop();
    server.wait();
    EXPECT_FALSE(std::filesystem::exists(path)) << "it goes with the stop, not with the server";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Listen, AStaleUnixSocketIsReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  leave_socket(path);
  ASSERT_TRUE(is_socket(path));
  TestServer server{listening_on({"unix:" + path})};
  server.start();
  SmtpClient client = server.client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

TEST(Listen, AUnixSocketInUseIsNotTakenAway) {
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  TestServer first{listening_on({"unix:" + path})};
  first.start();
  {
    TestServer second{listening_on({"unix:" + path})};
    EXPECT_THAT(failure_of(second), HasSubstr("unix:" + path));
  }
  SmtpClient client = first.client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

TEST(Listen, AFileThatIsNoSocketStays) {
  const TemporaryFolder folder;
  const std::string path = folder / "letters";
  std::ofstream{path} << "dear";
  TestServer server{listening_on({"unix:" + path})};
  EXPECT_THAT(failure_of(server), HasSubstr(path));
  EXPECT_EQ(support::contents(path), "dear");
}

TEST(Listen, AnAddressInUseIsNamed) {
  TestServer first;
  first.start();
  const std::string address = first.listening().front().address;
  for (const std::size_t threads : {1U, 2U}) {
    ServerOptions options = listening_on({"127.0.0.1:0", address});
    options.threads = threads;
    TestServer second{options};
    EXPECT_THAT(failure_of(second), HasSubstr("cannot listen on " + address));
  }
  SmtpClient client = first.client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

TEST(Listen, AStartThatFailsLeavesNoUnixSocketBehind) {
  TestServer first;
  first.start();
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  {
    TestServer second{listening_on({"unix:" + path, first.listening().front().address})};
    EXPECT_THROW(second.start(), boost::system::system_error);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Listen, AnAddressIsFreeAgainAfterTheStop) {
  TestServer first;
  first.start();
  const std::string address = first.listening().front().address;
  {
    SmtpClient client = first.client();
    client.reply();
    first.stop();
    first.wait();
    client.rest();
  }
  TestServer second{listening_on({address})};
  second.start();
  SmtpClient client = second.client();
  EXPECT_THAT(client.reply(), StartsWith("220"));
}

}  // namespace
}  // namespace quoth::server
