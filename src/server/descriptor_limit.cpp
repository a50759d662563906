#include "server/descriptor_limit.hpp"

#include <algorithm>
#include <cstddef>

#include <sys/resource.h>

namespace quoth::server {

std::size_t raise_descriptor_limit(std::size_t wanted) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return wanted;
  const rlim_t before = limit.rlim_cur;
  if (before >= wanted) return before;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) < 0 ? before : limit.rlim_cur;
}

}  // namespace quoth::server
