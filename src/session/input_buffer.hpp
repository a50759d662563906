#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/memory_budget.hpp"
#include "core/pages.hpp"
#include "crypto/secret.hpp"

namespace quoth::session {

/// What was read and not dealt with yet. Small for commands, large once octets come in bulk,
/// nothing at all in long silences. Its memory is the server's budget.
class InputBuffer {
 public:
  static constexpr std::size_t small_octets = std::size_t{8} << 10U;
  static constexpr std::size_t large_octets = std::size_t{64} << 10U;

  explicit InputBuffer(MemoryBudget& budget) noexcept : share_{budget} {}

  [[nodiscard]] std::string_view octets() const noexcept {
    return {pages_.data() + begin_, end_ - begin_};
  }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  void consume(std::size_t octets) noexcept { begin_ += octets; }

  /// Makes room behind what is there.
  /// @returns false if the budget has not got the memory.
  [[nodiscard]] bool prepare();
  /// Where to read to. @pre prepare() succeeded.
  [[nodiscard]] std::span<char> room() noexcept {
    return {pages_.data() + end_, pages_.size() - end_};
  }
  void add(std::size_t octets) noexcept {
    end_ += octets;
    was_filled_ = end_ == pages_.size();
  }

  /// Throws away all that is in it.
  void forget() noexcept { begin_ = end_; }
  /// Overwrites what was consumed: there was a secret in it.
  void wipe_consumed() noexcept { crypto::wipe(std::span{pages_.data(), begin_}); }

  /// Gives the memory back. @pre empty()
  void release() noexcept;

 private:
  [[nodiscard]] bool resize(std::size_t octets);

  MemoryShare share_;
  Pages pages_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool was_filled_ = false;  // the last read took all there was room for: more is waiting
};

}  // namespace quoth::session
