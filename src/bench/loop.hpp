#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/options.hpp"

namespace quoth::bench {

class Connection;

/// Waits for many sockets with epoll(7), edge triggered: the least that the kernel lets a client
/// pay. Each thread has its own, with one buffer that all of its connections read into.
class Loop {
 public:
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  /// @returns false: errno says why.
  [[nodiscard]] bool add(int fd, Connection& connection) noexcept;

  /// Waits at most so long, and lets connections do what they can.
  void run_once(Clock::duration at_most);

  /// When the last wait ended: good enough for limits, and free.
  [[nodiscard]] Clock::time_point now() const noexcept { return now_; }
  [[nodiscard]] std::span<char> buffer() noexcept { return buffer_; }

 private:
  int wait(Clock::duration at_most) noexcept;

  int epoll_;
  Clock::time_point now_ = Clock::now();
  std::array<epoll_event, 256> events_{};
  std::vector<char> buffer_;
};

}  // namespace quoth::bench
