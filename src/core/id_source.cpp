#include "core/id_source.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace quoth {
namespace {

constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string encode(std::uint64_t number) {
  std::string text;
  for (; number > 0; number >>= 5U) text += digits[number & 31U];
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::string IdSource::next() {
  using std::chrono::microseconds;
  const auto since_epoch = clock_->now().time_since_epoch();
  const auto now = static_cast<std::uint64_t>(
      std::max<std::int64_t>(1, std::chrono::duration_cast<microseconds>(since_epoch).count()));
  std::uint64_t last = last_.load(std::memory_order_relaxed);
  std::uint64_t mine = 0;
  do {
    mine = std::max(now, last + 1);
  } while (!last_.compare_exchange_weak(last, mine, std::memory_order_relaxed));
  return encode(mine);
}

}  // namespace quoth
