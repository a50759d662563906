#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace quoth {

/// A number of 64 bits for any octets, which nobody can foresee without the key: SipHash-2-4. For
/// tables whose keys strangers choose: they can pick none that meet at one place, or that look
/// alike. Any thread.
class KeyedHash {
 public:
  using Key = std::array<std::uint64_t, 2>;

  /// With a key of its own, from the system's randomness.
  KeyedHash();
  explicit KeyedHash(Key key) noexcept : key_{key} {}

  [[nodiscard]] std::uint64_t operator()(std::string_view octets) const noexcept;

 private:
  Key key_;
};

}  // namespace quoth
