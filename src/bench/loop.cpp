#include "bench/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <system_error>

#include "bench/connection.hpp"

namespace quoth::bench {
namespace {

constexpr std::size_t buffer_octets = 65536;

}  // namespace

Loop::Loop() : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, buffer_(buffer_octets) {
  if (epoll_ < 0) throw std::system_error{errno, std::generic_category(), "epoll"};
}

Loop::~Loop() { ::close(epoll_); }

bool Loop::add(int fd, Connection& connection) const noexcept {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &connection;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

int Loop::wait(Clock::duration at_most) noexcept {
  const auto nanoseconds = std::max(at_most, Clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(nanoseconds);
  timespec limit{};
  limit.tv_sec = seconds.count();
  limit.tv_nsec = (nanoseconds - seconds).count();
  const int room = static_cast<int>(events_.size());
  const int count = ::epoll_pwait2(epoll_, events_.data(), room, &limit, nullptr);
  if (count >= 0 || errno == EINTR) return count;
  // Before Linux 5.11, or where a sandbox does not know the call: rounded down, since being early
  // costs a turn and being late is measured.
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(nanoseconds);
  return ::epoll_wait(epoll_, events_.data(), room, static_cast<int>(whole.count()));
}

void Loop::write_all() {
  // One that fails may make others write, which have their turn the next time.
  writing_.swap(writers_);
  for (Connection* connection : writing_) connection->write();
  writing_.clear();
}

void Loop::run_once(Clock::duration at_most) {
  write_all();
  const int count = wait(at_most);
  now_ = Clock::now();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    static_cast<Connection*>(event.data.ptr)->on_events(event.events);
  }
}

}  // namespace quoth::bench
