#include "bench/limits.hpp"

#include <sys/resource.h>

#include <cstddef>
#include <fstream>

#include <fmt/format.h>

#include "bench/failure.hpp"

namespace quoth::bench {
namespace {

constexpr std::size_t other_descriptors = 64;  // what we open besides

/// How many ports a client may have towards one address and port (ip(7)).
std::size_t client_ports() {
  std::ifstream file{"/proc/sys/net/ipv4/ip_local_port_range"};
  std::size_t first = 32768;
  std::size_t last = 60999;
  file >> first >> last;
  return last >= first ? last - first + 1 : 0;
}

}  // namespace

void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

void check_limits(const Options& options) {
  const std::size_t wanted =
      options.scenario.idle + (options.has_load() ? options.scenario.connections : 0);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      wanted + other_descriptors > limit.rlim_cur) {
    throw Unmeasurable{fmt::format("{} connections need more open files than this process may "
                                   "have, which is {}",
                                   wanted, limit.rlim_cur),
                       fmt::format("raise the hard limit (`ulimit -Hn {}` as root), or ask for "
                                   "fewer",
                                   wanted + 1024)};
  }
  if (options.address.is_internet() && wanted > client_ports()) {
    throw Unmeasurable{
        fmt::format("{} connections do not fit into the {} ports that a client may have to one "
                    "address",
                    wanted, client_ports()),
        "ask for fewer, or widen net.ipv4.ip_local_port_range"};
  }
}

}  // namespace quoth::bench
