#include "session/load.hpp"

#include <algorithm>
#include <cstddef>

namespace quoth::session {
namespace {

constexpr std::size_t never = ~std::size_t{0} >> 1U;

std::size_t threshold(const ServerOptions& options) noexcept {
  if (!options.defences.overload_percent) return never;
  const std::size_t total = std::min(options.connections.total, never / 100);
  return std::max((total * *options.defences.overload_percent + 99) / 100, std::size_t{1});
}

/// An eighth less, one at least; but 0 is below nothing.
std::size_t below(std::size_t begins_at) noexcept {
  const std::size_t less = std::max(begins_at / 8, std::size_t{1});
  return std::max(begins_at - less, std::size_t{1});
}

}  // namespace

Load::Load(const ServerOptions& options) noexcept
    : begins_at_{threshold(options)}, ends_below_{below(begins_at_)} {}

Load::Change Load::add() noexcept {
  std::size_t before = state_.load(std::memory_order_relaxed);
  for (;;) {
    const bool begins = (before & overloaded) == 0 && before + 1 >= begins_at_;
    const std::size_t after = (before + 1) | (begins ? overloaded : 0);
    if (state_.compare_exchange_weak(before, after, std::memory_order_relaxed)) {
      return begins ? Change::overload_began : Change::none;
    }
  }
}

Load::Change Load::remove() noexcept {
  std::size_t before = state_.load(std::memory_order_relaxed);
  for (;;) {
    const std::size_t count = (before & ~overloaded) - 1;
    const bool ends = (before & overloaded) != 0 && count < ends_below_;
    const std::size_t after = ends ? count : before - 1;
    if (state_.compare_exchange_weak(before, after, std::memory_order_relaxed)) {
      return ends ? Change::overload_ended : Change::none;
    }
  }
}

}  // namespace quoth::session
