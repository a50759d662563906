// What Stream does over TLS, when all goes well and when it does not.

#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using support::StreamPair;
using support::Way;

TlsClientOptions any_server(TlsVersion version = TlsVersion::tls1_3) {
  TlsClientOptions options;
  options.is_verified = false;
  options.max_version = version;
  return options;
}

std::string many(std::size_t octets) {
  std::string text;
  for (std::size_t i = 0; text.size() < octets; ++i) text += std::to_string(i) + "\r\n";
  text.resize(octets);
  return text;
}

class TlsStream : public testing::TestWithParam<TlsVersion> {
 protected:
  ~TlsStream() override {
    EXPECT_EQ(ERR_peek_error(), 0U) << "the thread's queue of errors is not empty";
  }
  void shake_hands() {
    const StreamPair::Outcome outcome = pair_->shake_hands(server_, client_);
    ASSERT_TRUE(outcome.server) << outcome.server.error().message();
    ASSERT_TRUE(outcome.client) << outcome.client.error().message();
    EXPECT_EQ(pair_->client().tls()->version,
              GetParam() == TlsVersion::tls1_3 ? "TLSv1.3" : "TLSv1.2");
  }
  void use(Way way) { pair_.emplace(way); }
  Stream& server() { return pair_->server(); }
  Stream& client() { return pair_->client(); }

  TlsServer server_{TlsOptions{}, "mx.example.org"};
  TlsClient client_{any_server(GetParam())};
  std::optional<StreamPair> pair_{std::in_place};
};

INSTANTIATE_TEST_SUITE_P(, TlsStream, testing::Values(TlsVersion::tls1_2, TlsVersion::tls1_3),
                         [](const testing::TestParamInfo<TlsVersion>& version) {
                           return version.param == TlsVersion::tls1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsStream, CarriesMuchBothWays) {
  use(Way::narrow);
  shake_hands();
  const std::string text = many(500'000);
  EXPECT_TRUE(pair_->send(client(), server(), text) == text);
  EXPECT_TRUE(pair_->send(server(), client(), text) == text);
}

TEST_P(TlsStream, CarriesAllThatDripsIn) {
  use(Way::dripping);
  shake_hands();
  const std::string text = many(17'000);
  EXPECT_TRUE(pair_->send(client(), server(), text) == text);
  EXPECT_TRUE(pair_->send(server(), client(), text) == text);
}

TEST_P(TlsStream, WritesWhatTheSocketTakesAndNoMore) {
  use(Way::narrow);
  shake_hands();
  const std::string text = many(200'000);
  const Result<std::size_t> first = server().try_write(text);
  ASSERT_TRUE(first);
  EXPECT_LT(*first, text.size());
  const Result<std::size_t> second = server().try_write(std::string_view{text}.substr(*first));
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, 0U);
  // The rest goes from another place of memory, after what was begun.
  const std::string rest = text.substr(*first);
  std::optional<Result<void>> written;
  pair_->start(server().write(rest), written);
  std::string got;
  while (got.size() < text.size()) {
    const std::string part = pair_->read(client());
    ASSERT_FALSE(part.empty() || part == "waits");
    got += part;
  }
  EXPECT_TRUE(got == text);
  EXPECT_TRUE(written && *written);
}

TEST_P(TlsStream, WritingNothingIsDoneAtOnce) {
  shake_hands();
  EXPECT_EQ(server().try_write("").value(), 0U);
  EXPECT_EQ(pair_->send(server(), client(), ""), "");
}

TEST_P(TlsStream, EndsInGoodOrder) {
  shake_hands();
  ASSERT_EQ(server().try_write("221 bye\r\n").value(), 9U);
  server().close();
  EXPECT_EQ(pair_->read(client()), "221 bye\r\n");
  EXPECT_EQ(pair_->read(client()), make_error_code(boost::asio::error::eof).message());
  server().close();
  EXPECT_FALSE(server().try_write("more"));
}

TEST_P(TlsStream, PeerThatLeavesWithoutAWordHasEndedToo) {
  shake_hands();
  ASSERT_EQ(pair_->send(server(), client(), "220 hello\r\n"), "220 hello\r\n");
  pair_->drop_client();
  EXPECT_EQ(pair_->read(server()), make_error_code(boost::asio::error::eof).message());
}

TEST_P(TlsStream, TellsTheEndWithCloseNotifyFromSilence) {
  shake_hands();
  EXPECT_EQ(pair_->read(server()), "waits");
  client().close();
  EXPECT_EQ(pair_->read(server()), make_error_code(boost::asio::error::eof).message());
}

TEST_P(TlsStream, WritesOnAfterThePeerHasEndedItsSide) {
  shake_hands();
  ::shutdown(pair_->client_fd(), SHUT_WR);
  EXPECT_EQ(pair_->read(server()), make_error_code(boost::asio::error::eof).message());
  EXPECT_EQ(pair_->send(server(), client(), "221 bye\r\n"), "221 bye\r\n");
}

TEST_P(TlsStream, WriteToAPeerThatIsGoneFailsAndKillsNobody) {
  struct sigaction usual {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &usual), 0);
  ASSERT_EQ(usual.sa_handler, SIG_DFL) << "the test says nothing if the signal is ignored";
  shake_hands();
  pair_->drop_client();
  EXPECT_FALSE(server().try_write("250 ok\r\n"));
  EXPECT_FALSE(server().try_write("250 ok\r\n"));
  server().close();
}

TEST_P(TlsStream, PeerThatVanishesEndsTheWriteThatWaits) {
  use(Way::narrow);
  shake_hands();
  const std::string text = many(300'000);
  std::optional<Result<void>> written;
  pair_->start(server().write(text), written);
  pair_->run();
  ASSERT_FALSE(written);
  pair_->drop_client();
  pair_->run();
  ASSERT_TRUE(written);
  EXPECT_FALSE(*written);
}

TEST_P(TlsStream, ClosesInTheMiddleOfAWrite) {
  use(Way::narrow);
  shake_hands();
  const std::string text = many(200'000);
  ASSERT_TRUE(server().try_write(text));
  server().close();
  std::string end;
  for (std::size_t got = 0; got < text.size(); got += end.size()) {
    end = pair_->read(client());
    if (!end.starts_with(text.substr(got, 10))) break;
  }
  EXPECT_EQ(end, make_error_code(boost::asio::error::eof).message());
}

TEST_P(TlsStream, CancelEndsEachWait) {
  use(Way::narrow);
  shake_hands();
  const std::string text = many(300'000);
  std::optional<Result<void>> written;
  std::optional<Result<std::size_t>> read;
  std::string room(10, '\0');
  pair_->start(server().write(text), written);
  pair_->start(server().read_some(std::span<char>{room}), read);
  pair_->run();
  server().cancel();
  pair_->run();
  ASSERT_TRUE(written && read);
  EXPECT_EQ(written->error(), boost::asio::error::operation_aborted);
  EXPECT_EQ(read->error(), boost::asio::error::operation_aborted);

  std::optional<Result<void>> ready;
  pair_->start(server().readable(), ready);
  pair_->run();
  EXPECT_FALSE(ready);
  server().cancel();
  pair_->run();
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->error(), boost::asio::error::operation_aborted);
}

TEST_P(TlsStream, IsReadableByWhatARecordHoldsBack) {
  shake_hands();
  EXPECT_FALSE(server().has_input());
  ASSERT_EQ(client().try_write("RSET\r\nNOOP\r\n").value(), 12U);
  EXPECT_TRUE(server().has_input());
  std::string room(6, '\0');
  std::optional<Result<std::size_t>> read;
  pair_->start(server().read_some(std::span<char>{room}), read);
  pair_->run();
  EXPECT_EQ(room, "RSET\r\n");
  EXPECT_TRUE(server().has_input()) << "the socket is empty, the record is not";
  std::optional<Result<void>> ready;
  pair_->start(server().readable(), ready);
  pair_->run();
  EXPECT_TRUE(ready && *ready);
  EXPECT_EQ(pair_->read(server()), "NOOP\r\n");
  EXPECT_FALSE(server().has_input());
}

TEST_P(TlsStream, IsReadableWhenThePeerHasLeft) {
  shake_hands();
  std::optional<Result<void>> ready;
  pair_->start(server().readable(), ready);
  pair_->run();
  EXPECT_FALSE(ready);
  client().close();
  pair_->run();
  EXPECT_TRUE(ready && *ready);
  EXPECT_FALSE(server().has_input());
}

TEST_P(TlsStream, TellsWhoWatchesOfTheEnd) {
  shake_hands();
  int ends = 0;
  server().watch_for_end([&ends] { ++ends; });
  pair_->run();
  EXPECT_EQ(ends, 0);
  client().close();
  pair_->run();
  EXPECT_EQ(ends, 1);
  server().watch_for_end([&ends] { ++ends; });
  pair_->run();
  EXPECT_EQ(ends, 2) << "it has ended already";
}

TEST_P(TlsStream, TellsWhoWatchesNothingOfInputAndAfterCancel) {
  shake_hands();
  int ends = 0;
  server().watch_for_end([&ends] { ++ends; });
  pair_->run();
  ASSERT_TRUE(client().try_write("NOOP\r\n"));
  pair_->run();
  EXPECT_EQ(pair_->read(server()), "NOOP\r\n");
  server().watch_for_end([&ends] { ++ends; });
  client().close();
  server().cancel();
  pair_->run();
  EXPECT_EQ(ends, 0);
}

TEST_P(TlsStream, WatchEndsWithTheStream) {
  shake_hands();
  int ends = 0;
  server().watch_for_end([&ends] { ++ends; });
  client().close();
  pair_->drop_server();
  pair_->run();
  EXPECT_EQ(ends, 0);
}

TEST_P(TlsStream, BindsBothEndsToTheSameConnection) {
  shake_hands();
  const TlsBindings here = server().channel_bindings();
  const TlsBindings there = client().channel_bindings();
  ASSERT_TRUE(here.exporter && here.server_end_point);
  EXPECT_EQ(here.exporter->size(), 32U);
  EXPECT_EQ(here.server_end_point->size(), 32U);
  EXPECT_EQ(here.exporter, there.exporter);
  EXPECT_EQ(here.server_end_point, there.server_end_point);
  StreamPair other;
  ASSERT_TRUE(other.shake_hands(server_, client_).server);
  EXPECT_NE(other.server().channel_bindings().exporter, here.exporter);
  EXPECT_EQ(other.server().channel_bindings().server_end_point, here.server_end_point);
}

TEST_P(TlsStream, InTheClearHasNoFactsAndNoBindings) {
  EXPECT_EQ(server().tls(), nullptr);
  EXPECT_FALSE(server().channel_bindings().exporter);
  EXPECT_FALSE(server().channel_bindings().server_end_point);
}

TEST_P(TlsStream, GarbageIsNoRecord) {
  shake_hands();
  ASSERT_EQ(::send(pair_->client_fd(), "NOOP\r\nNOOP\r\n", 12, 0), 12);
  EXPECT_EQ(pair_->read(server()), "wrong version number");
  EXPECT_FALSE(server().try_write("250 ok\r\n"));
  server().close();
}

}  // namespace
}  // namespace quoth::net
