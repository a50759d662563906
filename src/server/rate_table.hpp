#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "net/peer_keys.hpp"
#include "server/address_hash.hpp"

namespace quoth::server {

/// How often each address, or network, may connect: a bucket of `per_minute` tokens each, which
/// fills again within a minute. One thread at a time.
///
/// Memory is fixed: an address has its place in one of the table's small sets. If that is full, the
/// one of it that has the most tokens left is forgotten, and begins anew with a full bucket. So a
/// flood from more addresses than there is room for can only loosen the limit, never lock anybody
/// out, and who is at the limit is forgotten last.
class RateTable {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Room for so many addresses: 24 octets each.
  static constexpr std::size_t usual_room = 65536;
  static constexpr std::size_t set_size = 8;

  /// `room` is rounded up to a multiple of set_size.
  explicit RateTable(std::size_t per_minute, std::size_t room = usual_room);

  /// Whether `key` has a token left.
  [[nodiscard]] bool allows(const net::AddressKey& key, Time now) const noexcept;
  /// Takes a token of `key`.
  void count(const net::AddressKey& key, Time now) noexcept;

 private:
  /// Instead of tokens: when the bucket will be full again (GCRA, as in ATM).
  struct Slot {
    net::AddressKey key{};
    Time full_at = Time::min();
  };

  [[nodiscard]] std::size_t set_of(const net::AddressKey& key) const noexcept;

  std::chrono::nanoseconds token_;   // the time in which one comes
  std::chrono::nanoseconds bucket_;  // in which all of them do
  std::vector<Slot> slots_;
  AddressHash hash_;
};

}  // namespace quoth::server
