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
  [[nodiscard]] bool add(int fd, Connection& connection) const noexcept;

  /// Lets it write before the next wait. What all of them write leaves together, so that the server
  /// is woken once, and not for each.
  void write_later(Connection& connection) { writers_.push_back(&connection); }

  /// To be called before connections go.
  void forget_writers() noexcept { writers_.clear(); }

  /// Lets connections write, waits at most so long, and lets them do what they can.
  void run_once(Clock::duration at_most);

  /// When the last wait ended: good enough for limits, and free.
  [[nodiscard]] Clock::time_point now() const noexcept { return now_; }
  [[nodiscard]] std::span<char> buffer() noexcept { return buffer_; }

 private:
  void write_all();
  int wait(Clock::duration at_most) noexcept;

  int epoll_;
  Clock::time_point now_ = Clock::now();
  std::array<epoll_event, 256> events_{};
  std::vector<char> buffer_;
  std::vector<Connection*> writers_;
  std::vector<Connection*> writing_;
};

}  // namespace quoth::bench
