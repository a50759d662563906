#include "server/rate_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>

namespace quoth::server {

RateTable::RateTable(std::size_t per_minute, std::size_t room)
    : token_{std::chrono::nanoseconds{std::chrono::minutes{1}} / per_minute},
      bucket_{token_ * per_minute},
      slots_((room + set_size - 1) / set_size * set_size) {}

std::size_t RateTable::set_of(const net::AddressKey& key) const noexcept {
  return hash_(key) % (slots_.size() / set_size) * set_size;
}

bool RateTable::allows(const net::AddressKey& key, Time now) const noexcept {
  const std::span set = std::span{slots_}.subspan(set_of(key), set_size);
  const auto slot = std::ranges::find(set, key, &Slot::key);
  return slot == set.end() || slot->full_at + token_ <= now + bucket_;
}

void RateTable::count(const net::AddressKey& key, Time now) noexcept {
  const std::span set = std::span{slots_}.subspan(set_of(key), set_size);
  auto slot = std::ranges::find(set, key, &Slot::key);
  if (slot == set.end()) {
    slot = std::ranges::min_element(set, {}, &Slot::full_at);
    *slot = {.key = key};
  }
  slot->full_at = std::max(slot->full_at, now) + token_;
}

}  // namespace quoth::server
