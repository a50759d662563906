// What a TLS connection that waits costs.

#include <cstddef>
#include <memory>
#include <vector>

#include <malloc.h>

#include <gtest/gtest.h>

#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "support/tls_pair.hpp"

namespace quoth::net {
namespace {

using support::StreamPair;

std::size_t octets_in_use() { return ::mallinfo2().uordblks; }

class TlsMemory : public testing::TestWithParam<TlsVersion> {};

INSTANTIATE_TEST_SUITE_P(, TlsMemory, testing::Values(TlsVersion::tls1_2, TlsVersion::tls1_3),
                         [](const testing::TestParamInfo<TlsVersion>& version) {
                           return version.param == TlsVersion::tls1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsMemory, OfAServersConnectionThatWaitsIsSmall) {
  if (octets_in_use() == 0) GTEST_SKIP() << "this build has another allocator";
  constexpr std::size_t count = 100;
  TlsClientOptions options;
  options.is_verified = false;
  options.max_version = GetParam();
  TlsClient client{options};
  TlsServer server{TlsOptions{}, "mx.example.org"};
  std::vector<std::unique_ptr<StreamPair>> pairs;
  for (std::size_t i = 0; i < count; ++i) pairs.push_back(std::make_unique<StreamPair>());
  const std::size_t before = octets_in_use();
  for (const std::unique_ptr<StreamPair>& pair : pairs) {
    ASSERT_TRUE(pair->shake_hands(server, client).server);
    ASSERT_EQ(pair->send(pair->client(), pair->server(), "EHLO me\r\n"), "EHLO me\r\n");
    ASSERT_EQ(pair->send(pair->server(), pair->client(), "250 mx\r\n"), "250 mx\r\n");
  }
  for (const std::unique_ptr<StreamPair>& pair : pairs) pair->drop_client();
  const std::size_t each = (octets_in_use() - before) / count;
  RecordProperty("octets", static_cast<int>(each));
  EXPECT_LE(each, 24U * 1024U);
}

}  // namespace
}  // namespace quoth::net
