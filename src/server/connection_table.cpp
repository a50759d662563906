#include "server/connection_table.hpp"

#include <cstddef>
#include <string>

namespace quoth::server {

ConnectionTable::Entry ConnectionTable::enter(const std::string& ip) {
  const std::lock_guard lock{mutex_};
  if (total_.load(std::memory_order_relaxed) >= limits_.total) return Entry::total_reached;
  if (!ip.empty()) {
    std::size_t& count = per_ip_[ip];
    if (count >= limits_.per_ip) return Entry::per_ip_reached;
    ++count;
  }
  total_.fetch_add(1, std::memory_order_relaxed);
  return Entry::granted;
}

void ConnectionTable::leave(const std::string& ip) noexcept {
  const std::lock_guard lock{mutex_};
  total_.fetch_sub(1, std::memory_order_relaxed);
  if (ip.empty()) return;
  const auto found = per_ip_.find(ip);
  if (--found->second == 0) per_ip_.erase(found);
}

}  // namespace quoth::server
