#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace quoth::crypto {

/// Equality that takes as long wherever the first difference is. Sizes are no secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Overwrites what `text` holds or has held in its present memory, which no compiler leaves out,
/// and makes it empty.
void wipe(std::string& text) noexcept;

/// The same for `count` octets at `start`.
void wipe(void* start, std::size_t count) noexcept;

/// The same for octets whose owner goes on with them.
void wipe(std::span<char> octets) noexcept;

/// Wipes a string when it goes out of scope. Declare it behind the string.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(std::string& text) noexcept : text_{&text} {}
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;
  ~WipeAtEnd() { wipe(*text_); }

 private:
  std::string* text_;
};

}  // namespace quoth::crypto
