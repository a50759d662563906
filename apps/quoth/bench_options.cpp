// What the words of `quoth bench` stand for.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apps/quoth/bench_command.hpp"
#include "apps/quoth/client_arguments.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/units.hpp"
#include "bench/script.hpp"

namespace quoth::app {
namespace {

constexpr std::uint64_t default_messages = 10'000;
constexpr std::uint64_t max_messages = 1'000'000'000'000;
constexpr std::size_t max_connections = 1'000'000;
constexpr std::size_t max_recipients = 100'000;
constexpr std::size_t max_threads = 256;
constexpr std::uint64_t max_size = std::uint64_t{1} << 30U;
constexpr double max_rate = 1e7;

std::chrono::milliseconds time_of(std::string_view option, std::string_view text) {
  if (const auto time = parse_duration(text)) return *time;
  throw usage_failure(fmt::format("`{} {}` is no time", option, escaped_line(text)),
                      "as in 500ms, 10s or 2m");
}

std::size_t size_of(std::string_view option, std::string_view text) {
  const auto size = parse_size(text);
  if (!size) {
    throw usage_failure(fmt::format("`{} {}` is no size", option, escaped_line(text)),
                        "as in 1KiB, 10KiB or 1MiB");
  }
  if (*size == 0 || *size > max_size) {
    throw usage_failure(fmt::format("`{}` is out of range", option),
                        "it is 1 octet to 1 GiB, which lie in memory");
  }
  return static_cast<std::size_t>(*size);
}

void check_range(std::string_view option, std::uint64_t value, std::uint64_t least,
                 std::uint64_t most) {
  if (value >= least && value <= most) return;
  throw usage_failure(fmt::format("`{}` is out of range", option),
                      fmt::format("it is a number from {} to {}", least, most));
}

void check_exclusive(bool first, bool second, std::string_view names, std::string_view advice) {
  if (first && second) throw usage_failure(fmt::format("{} exclude each other", names), advice);
}

void check_needs(bool is_given, bool is_met, std::string_view option, std::string_view needed) {
  if (!is_given || is_met) return;
  throw usage_failure(fmt::format("`{}` says nothing without `{}`", option, needed),
                      fmt::format("add `{}`, or leave it out", needed));
}

void check_pairs(const BenchArguments& from) {
  check_exclusive(from.tls, from.starttls, "`--tls` and `--starttls`",
                  "--tls is for servers with TLS from the first octet, as on port 465");
  check_exclusive(from.messages != 0, !from.duration.empty(), "`--messages` and `--duration`",
                  "the load ends with the one or with the other");
  check_exclusive(!from.spawn.empty(), from.pid != 0, "`--spawn` and `--pid`",
                  "--pid is for a server that runs");
  check_needs(!from.chunk.empty(), from.bdat, "--chunk", "--bdat");
  check_needs(from.resume, from.tls || from.starttls, "--resume", "--starttls");
  check_needs(!from.password_file.empty(), !from.user.empty(), "--password-file", "--user");
  check_mailbox("--from", from.from);
  check_mailbox("--to", from.to);
  check_mailbox("--helo", from.helo);
}

bench::Scenario scenario_of(const BenchArguments& from) {
  check_range("--connections", from.connections, 1, max_connections);
  check_range("--recipients", from.recipients, 1, max_recipients);
  check_range("--idle", from.idle, 0, max_connections);
  check_range("--threads", from.threads, 1, max_threads);
  bench::Scenario to;
  to.connections = from.connections;
  to.per_connection = from.per_connection;
  to.size = size_of("--size", from.size);
  to.recipients = from.recipients;
  to.is_pipelining = from.pipelining;
  to.is_bdat = from.bdat;
  if (!from.chunk.empty()) to.chunk = size_of("--chunk", from.chunk);
  if (from.tls) to.tls = bench::Tls::implicit;
  if (from.starttls) to.tls = bench::Tls::starttls;
  to.is_resuming = from.resume;
  to.is_lmtp = from.lmtp;
  if (from.rate != 0) {
    if (!std::isfinite(from.rate) || from.rate <= 0 || from.rate > max_rate) {
      throw usage_failure("`--rate` is out of range", "it is messages a second, as 500 or 0.5");
    }
    to.rate = from.rate;
  }
  to.idle = from.idle;
  to.threads = std::min(from.threads, from.connections);
  to.is_spinning = from.spin;
  return to;
}

void set_load(const BenchArguments& from, bench::Options& to) {
  check_range("--messages", from.messages, 0, max_messages);
  if (!from.duration.empty()) {
    to.duration = time_of("--duration", from.duration);
  } else if (from.messages != 0) {
    to.messages = from.messages;
  } else if (from.idle == 0) {
    to.messages = default_messages;
  }
  if (!from.warm_up.empty()) to.warm_up = time_of("--warm-up", from.warm_up);
  to.hold = time_of("--hold", from.hold);
  to.timeout = time_of("--timeout", from.timeout);
  if (to.timeout.count() == 0) throw usage_failure("`--timeout` is out of range", "more than 0s");
}

bool is_loopback(const bench::Address& address) noexcept {
  if (!address.is_internet()) return true;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address.storage, sizeof ipv4);
    return (ntohl(ipv4.sin_addr.s_addr) >> 24U) == IN_LOOPBACKNET;
  }
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, &address.storage, sizeof ipv6);
  return std::memcmp(&ipv6.sin6_addr, &in6addr_loopback, sizeof in6addr_loopback) == 0;
}

/// PLAIN is the password itself: it goes over TLS, or does not leave this host.
void set_login(const BenchArguments& from, bench::Options& to) {
  if (from.user.empty()) return;
  if (to.scenario.tls == bench::Tls::none && !is_loopback(to.address)) {
    throw usage_failure("the password would cross the network in the clear",
                        "add `--starttls` or `--tls`");
  }
  if (from.user.find('\0') != std::string::npos) throw usage_failure("`--user` is no name", "");
  to.user = from.user;
  to.password = read_password(from.password_file);
}

}  // namespace

bench::Options bench_options(const BenchArguments& arguments) {
  const BenchArguments& from = arguments;
  if (from.server.empty()) {
    throw usage_failure("no server was named", "as in `quoth bench 127.0.0.1:1025`");
  }
  check_pairs(from);
  bench::Options to;
  to.scenario = scenario_of(from);
  set_load(from, to);
  to.sender = from.from;
  to.recipient = from.to;
  to.helo = from.helo;
  to.spawn = from.spawn;
  if (from.pid != 0) to.pid = from.pid;
  if (const std::size_t least = bench::least_text_size(to); to.scenario.size < least) {
    throw usage_failure("`--size` is too small",
                        fmt::format("the header alone is {} octets", least));
  }
  conform::Target target = resolve_target(from.server, "as in `quoth bench 127.0.0.1:1025`");
  const conform::Endpoint& endpoint = target.endpoints.front();
  std::memcpy(&to.address.storage, endpoint.data(), endpoint.size());
  to.address.size = static_cast<socklen_t>(endpoint.size());
  to.target = escaped_line(from.server);
  to.server_name = std::move(target.host);
  set_login(from, to);
  return to;
}

}  // namespace quoth::app
