#include "net/read_proxy_header.hpp"

#include <array>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include "net/address.hpp"

namespace quoth::net {
namespace {

class ReadProxyHeaderTest : public testing::Test {
 protected:
  ReadProxyHeaderTest() {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
    peer_ = pair[0];
    Socket socket{io_.get_executor()};
    socket.assign({AF_UNIX, 0}, pair[1]);
    stream_.emplace(std::move(socket));
    boost::asio::co_spawn(io_, read_proxy_header(*stream_),
                          [this](const std::exception_ptr& thrown, Result<ProxyHeader> header) {
                            EXPECT_FALSE(thrown);
                            header_ = std::move(header);
                          });
  }
  ReadProxyHeaderTest(const ReadProxyHeaderTest&) = delete;
  ReadProxyHeaderTest& operator=(const ReadProxyHeaderTest&) = delete;
  ~ReadProxyHeaderTest() override { close_peer(); }

  void send(std::string_view octets) {
    EXPECT_EQ(::send(peer_, octets.data(), octets.size(), 0), static_cast<ssize_t>(octets.size()));
    io_.poll();
  }
  void close_peer() {
    if (peer_ >= 0) ::close(std::exchange(peer_, -1));
    io_.poll();
  }
  /// What is left to be read after the header.
  std::string rest() {
    std::array<char, 100> buffer{};
    std::string result;
    boost::asio::co_spawn(io_, stream_->read_some(buffer),
                          [&](const std::exception_ptr&, const Result<std::size_t>& count) {
                            if (count) result.assign(buffer.data(), *count);
                          });
    io_.restart();
    io_.poll();
    return result;
  }

  boost::asio::io_context io_{1};
  int peer_ = -1;
  std::optional<Stream> stream_;
  std::optional<Result<ProxyHeader>> header_;
};

TEST_F(ReadProxyHeaderTest, LeavesWhatFollows) {
  send("PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\r\n\x16\x03\x01");
  ASSERT_TRUE(header_ && *header_ && (*header_)->addresses);
  EXPECT_EQ(host_port((*header_)->addresses->client).to_string(), "192.0.2.7:1000");
  EXPECT_EQ(rest(), "\x16\x03\x01");
}

TEST_F(ReadProxyHeaderTest, WaitsForEachOctet) {
  for (const char octet : std::string_view{"PROXY UNKNOWN\r"}) {
    send({&octet, 1});
    EXPECT_FALSE(header_);
  }
  send("\n");
  ASSERT_TRUE(header_ && *header_);
  EXPECT_FALSE((*header_)->addresses);
}

TEST_F(ReadProxyHeaderTest, SomethingElseIsAnError) {
  send("EHLO");
  ASSERT_TRUE(header_ && !*header_);
  EXPECT_EQ(header_->error(), make_error_code(ProxyErrc::no_header));
}

TEST_F(ReadProxyHeaderTest, TruncatedAndGoneIsAnError) {
  send("PROXY TCP4 192.0.2.7");
  EXPECT_FALSE(header_);
  close_peer();
  ASSERT_TRUE(header_ && !*header_);
  EXPECT_EQ(header_->error(), boost::asio::error::eof);
}

TEST_F(ReadProxyHeaderTest, TruncatedAndSilentIsCancelled) {
  send("PROXY TCP4 192.0.2.7");
  stream_->cancel();
  io_.poll();
  ASSERT_TRUE(header_ && !*header_);
  EXPECT_EQ(header_->error(), boost::asio::error::operation_aborted);
}

}  // namespace
}  // namespace quoth::net
