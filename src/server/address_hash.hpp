#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "net/peer_keys.hpp"

namespace quoth::server {

/// Where an address stands in a table. Each has a seed of its own, so that nobody can pick
/// addresses which meet at one place.
class AddressHash {
 public:
  AddressHash() {
    std::random_device source;
    seed_ = (std::uint64_t{source()} << 32U) | source();
  }

  [[nodiscard]] std::size_t operator()(const net::AddressKey& key) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, key.data(), sizeof high);
    std::memcpy(&low, key.data() + sizeof high, sizeof low);
    return mixed(mixed(high + seed_) ^ low);
  }

 private:
  /// The finaliser of SplitMix64.
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }

  std::uint64_t seed_;
};

}  // namespace quoth::server
