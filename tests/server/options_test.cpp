// Options out of their range name themselves.

#include <array>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/test_server.hpp"

namespace quoth::server {
namespace {

using namespace std::chrono_literals;

struct BadOption {
  std::string_view name;
  void (*set)(ServerOptions& options);
};

constexpr auto bad_options = std::to_array<BadOption>({
    {"hostname", [](ServerOptions& o) { o.hostname = "not a name"; }},
    {"hostname", [](ServerOptions& o) { o.hostname = "a\r\nb"; }},
    {"listen", [](ServerOptions& o) { o.listen.clear(); }},
    {"listen", [](ServerOptions& o) { o.listen = {"localhost:25"}; }},
    {"listen",
     [](ServerOptions& o) {
       o.listen = {"127.0.0.1:25", "127.0.0.1:65536"};
     }},
    {"threads", [](ServerOptions& o) { o.threads = 1025; }},
    {"unix_mode", [](ServerOptions& o) { o.unix_mode = 01000; }},
    {"connections.total", [](ServerOptions& o) { o.connections.total = 0; }},
    {"connections.per_ip", [](ServerOptions& o) { o.connections.per_ip = 0; }},
    {"memory_bytes", [](ServerOptions& o) { o.memory_bytes = 1000; }},
    {"log", [](ServerOptions& o) { o.log = nullptr; }},
    {"clock", [](ServerOptions& o) { o.clock = nullptr; }},
    {"limits.message_bytes", [](ServerOptions& o) { o.limits.message_bytes = 0; }},
    {"limits.recipients", [](ServerOptions& o) { o.limits.recipients = 0; }},
    {"limits.command_line_bytes", [](ServerOptions& o) { o.limits.command_line_bytes = 511; }},
    {"limits.command_line_bytes", [](ServerOptions& o) { o.limits.command_line_bytes = 4097; }},
    {"limits.text_line_bytes", [](ServerOptions& o) { o.limits.text_line_bytes = 999; }},
    {"limits.errors", [](ServerOptions& o) { o.limits.errors = 0; }},
    {"limits.refused_recipients", [](ServerOptions& o) { o.limits.refused_recipients = 0; }},
    {"limits.received_fields", [](ServerOptions& o) { o.limits.received_fields = 0; }},
    {"limits.junk_commands", [](ServerOptions& o) { o.limits.junk_commands = 0; }},
    {"limits.header_bytes", [](ServerOptions& o) { o.limits.header_bytes = 1023; }},
    {"limits.messages", [](ServerOptions& o) { o.limits.messages = 0; }},
    {"limits.recipient_domains", [](ServerOptions& o) { o.limits.recipient_domains = 0; }},
    {"connections.per_network", [](ServerOptions& o) { o.connections.per_network = 0; }},
    {"connections.ip_rate", [](ServerOptions& o) { o.connections.ip_rate = 0; }},
    {"connections.ip_rate", [](ServerOptions& o) { o.connections.ip_rate = 1'000'001; }},
    {"connections.network_rate", [](ServerOptions& o) { o.connections.network_rate = 0; }},
    {"defences.banner_delay", [](ServerOptions& o) { o.defences.banner_delay = -1ms; }},
    {"defences.banner_delay", [](ServerOptions& o) { o.defences.banner_delay = 3001ms; }},
    {"defences.data_rate", [](ServerOptions& o) { o.defences.data_rate = 0; }},
    {"defences.overload_percent", [](ServerOptions& o) { o.defences.overload_percent = 0; }},
    {"defences.overload_percent", [](ServerOptions& o) { o.defences.overload_percent = 101; }},
    {"defences.overload_timeout", [](ServerOptions& o) { o.defences.overload_timeout = 0ms; }},
    {"defences.overload_timeout", [](ServerOptions& o) { o.defences.overload_timeout = 25h; }},
    {"timeouts.command", [](ServerOptions& o) { o.timeouts.command = 0ms; }},
    {"timeouts.data", [](ServerOptions& o) { o.timeouts.data = -1ms; }},
    {"timeouts.write", [](ServerOptions& o) { o.timeouts.write = 25h; }},
    {"timeouts.handler", [](ServerOptions& o) { o.timeouts.handler = 0ms; }},
    {"timeouts.message_handler", [](ServerOptions& o) { o.timeouts.message_handler = 25h; }},
});

TEST(Options, OutOfTheirRangeThrowAndNameThemselves) {
  for (const BadOption& bad : bad_options) {
    ServerOptions options = support::test_options();
    bad.set(options);
    try {
      const Server server{options};
      ADD_FAILURE() << bad.name << " was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string_view{error.what()}.find(bad.name), std::string_view::npos)
          << error.what();
    }
  }
}

TEST(Options, AtTheEdgeOfTheirRangeAreTaken) {
  ServerOptions options = support::test_options();
  options.limits.message_bytes = 1;
  options.limits.recipients = 1;
  options.limits.command_line_bytes = 4096;
  options.limits.text_line_bytes = 1000;
  options.limits.errors = 1;
  options.limits.refused_recipients = 1;
  options.limits.received_fields = 1;
  options.timeouts = {1ms, 1ms, 24h, 24h, 24h};
  options.connections = {1, 1, 1, 1, 1'000'000};
  options.limits.junk_commands = 1;
  options.limits.header_bytes = 1024;
  options.limits.discarded_bytes = 0;
  options.limits.messages = 1;
  options.limits.recipient_domains = 1;
  options.defences = {
      .banner_delay = 3s, .data_rate = 1, .overload_percent = 1, .overload_timeout = 1ms};
  options.memory_bytes = std::size_t{1} << 20U;
  options.unix_mode = 0777;
  options.threads = 1024;
  EXPECT_NO_THROW((Server{options}));
}

TEST(Options, DefaultsAreSafe) {
  const ServerOptions options;
  EXPECT_EQ(options.listen, std::vector<std::string>{"127.0.0.1:2525"});
  EXPECT_EQ(options.limits.message_bytes, 50U << 20U);
  EXPECT_EQ(options.limits.recipients, 1000U);
  EXPECT_EQ(options.limits.command_line_bytes, 512U);
  EXPECT_EQ(options.limits.text_line_bytes, 1000U);
  EXPECT_EQ(options.limits.errors, 20U);
  EXPECT_EQ(options.limits.refused_recipients, 100U);
  EXPECT_EQ(options.limits.received_fields, 100U);
  EXPECT_EQ(options.limits.junk_commands, 100U);
  EXPECT_EQ(options.limits.header_bytes, 100U << 10U);
  EXPECT_EQ(options.connections.per_ip, 20U);
  EXPECT_FALSE(options.connections.per_network || options.connections.ip_rate ||
               options.connections.network_rate);
  EXPECT_EQ(options.defences.banner_delay, 0ms);
  EXPECT_EQ(options.defences.data_rate, 500U);
  EXPECT_EQ(options.defences.overload_percent, 80U);
  EXPECT_EQ(options.defences.overload_timeout, 10s);
  EXPECT_GE(options.timeouts.command, 5min);
  EXPECT_GE(options.timeouts.data, 3min);
  EXPECT_EQ(options.timeouts.handler, 30s);
  EXPECT_EQ(options.timeouts.message_handler, 5min);
  EXPECT_EQ(options.content_in_memory_bytes, 256U << 10U);
}

TEST(Options, WithoutANameTheServerHasTheMachines) {
  ServerOptions options = support::test_options();
  options.hostname.clear();
  const Server server{options};
  EXPECT_FALSE(server.options().hostname.empty());
}

TEST(Options, AServerThatIsNeverStartedGoesInPeace) {
  Server server{support::test_options()};
  server.stop();
  server.wait();
  EXPECT_TRUE(server.listening().empty());
  EXPECT_EQ(server.connection_count(), 0U);
}

}  // namespace
}  // namespace quoth::server
