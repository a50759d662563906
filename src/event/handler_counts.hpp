#pragma once

#include <atomic>
#include <cstdint>

namespace quoth::event {

/// What HandlerInfo tells of a handler's past. Counted by all sessions' threads, read by anyone.
struct HandlerCounts {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> answers{0};
  std::atomic<std::int64_t> nanoseconds{0};
};

}  // namespace quoth::event
