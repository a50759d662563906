#include "apps/quoth/listen_address.hpp"

#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

namespace quoth::app {
namespace {

bool is_good_address(std::string_view text) {
  return std::holds_alternative<ListenAddress>(parse_listen_address(text));
}

TEST(ListenAddress, Forms) {
  for (const char* good : {"127.0.0.1:25", "0.0.0.0:0", "[::]:25", "[::1]:65535",
                           "[fe80::1%eth0]:25", "unix:/run/x.sock", "fd:smtp"}) {
    EXPECT_TRUE(is_good_address(good)) << good;
  }
  for (const char* bad :
       {"", "25", ":25", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:25x", "::1:25", "[::1]", "[127.0.0.1]:25", "localhost:25", "unix:", "unix:run/x",
        "fd:", "fd:a:b", "fd:a b", "256.0.0.1:25"}) {
    EXPECT_FALSE(is_good_address(bad)) << bad;
  }
  EXPECT_TRUE(is_good_address("unix:/" + std::string(106, 'a')));
  EXPECT_FALSE(is_good_address("unix:/" + std::string(107, 'a')));
}

}  // namespace
}  // namespace quoth::app
