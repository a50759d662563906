#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <quoth/server_options.hpp>

namespace quoth::session {

/// How many connections a server has, and whether that is more than it likes to have. It is
/// overloaded from Defences::overload_percent of the total on, until an eighth of those and one
/// more have gone: so that one client who comes and goes does not turn it on and off. Any thread.
class Load {
 public:
  explicit Load(const ServerOptions& options) noexcept;

  enum class Change : std::uint8_t { none, overload_began, overload_ended };

  /// One connection more. Each change is returned to one caller.
  [[nodiscard]] Change add() noexcept;
  /// One less.
  [[nodiscard]] Change remove() noexcept;

  [[nodiscard]] bool is_overloaded() const noexcept {
    return (state_.load(std::memory_order_relaxed) & overloaded) != 0;
  }
  [[nodiscard]] std::size_t connections() const noexcept {
    return state_.load(std::memory_order_relaxed) & ~overloaded;
  }

 private:
  // Beside the count, in one word, so that they agree without a lock.
  static constexpr std::size_t overloaded = ~(~std::size_t{0} >> 1U);

  std::size_t begins_at_;
  std::size_t ends_below_;
  std::atomic<std::size_t> state_{0};
};

}  // namespace quoth::session
