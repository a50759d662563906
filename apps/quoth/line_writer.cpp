#include "apps/quoth/line_writer.hpp"

#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstddef>
#include <mutex>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>
#include <thread>
#include <unistd.h>

namespace quoth::app {
namespace {

// A thousand lines and more; beyond it whoever writes waits for the file.
constexpr std::size_t max_pending = std::size_t{1} << 20U;

// What counts as close behind: nobody notices it, and a busy server has a hundred lines by then.
constexpr std::chrono::milliseconds moment{2};

// Who shares the pipe we write to made it non-blocking: its reader has so long to take something.
constexpr int patience_milliseconds = 1000;

/// Waits until a non-blocking file takes more. @returns false if it does not.
bool has_room(int fd) noexcept {
  pollfd room{.fd = fd, .events = POLLOUT, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&room, 1, patience_milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

/// One write(2) unless the system takes less.
void write_all(int fd, std::string_view octets) noexcept {
  while (!octets.empty()) {
    const ssize_t written = ::write(fd, octets.data(), octets.size());
    if (written < 0 && (errno == EINTR || (errno == EAGAIN && has_room(fd)))) continue;
    if (written <= 0) return;
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// How much of `lines` a write must take at most so that it keeps them whole. Those of several
/// programs do not mix in a pipe as long as each write fits PIPE_BUF (POSIX).
std::size_t whole_lines(std::string_view lines, bool is_pipe) noexcept {
  if (!is_pipe || lines.size() <= PIPE_BUF) return lines.size();
  std::size_t end = lines.substr(0, PIPE_BUF).rfind('\n');
  if (end == std::string_view::npos) end = lines.find('\n');
  return end == std::string_view::npos ? lines.size() : end + 1;
}

bool is_pipe(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/// Lets the thread that is begun meanwhile have no signals: they are the program's.
class NoSignals {
 public:
  NoSignals() noexcept {
    sigset_t all{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

LineWriter::LineWriter(int fd) : fd_{fd}, is_pipe_{is_pipe(fd)} {
  const NoSignals while_it_begins;
  thread_ = std::thread{[this] { run(); }};
}

LineWriter::~LineWriter() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  flush();
}

void LineWriter::add(std::string_view line) {
  std::unique_lock lock{mutex_};
  while (!pending_.empty() && pending_.size() + line.size() > max_pending) {
    lock.unlock();
    flush();
    lock.lock();
  }
  pending_.append(line);
  if (is_gathering_) return;
  const auto now = std::chrono::steady_clock::now();
  is_gathering_ = now - written_at_ < moment;
  const bool is_alone = !is_gathering_;
  if (is_alone) written_at_ = now;
  lock.unlock();
  is_alone ? flush() : changed_.notify_one();
}

void LineWriter::flush() {
  const std::scoped_lock file{file_};
  {
    const std::scoped_lock lock{mutex_};
    batch_.swap(pending_);
  }
  for (std::string_view rest = batch_; !rest.empty();) {
    const std::size_t size = whole_lines(rest, is_pipe_);
    write_all(fd_, rest.substr(0, size));
    rest.remove_prefix(size);
  }
  batch_.clear();
}

void LineWriter::run() {
  std::unique_lock lock{mutex_};
  while (!is_stopping_) {
    if (!is_gathering_) {
      changed_.wait(lock);
      continue;
    }
    changed_.wait_for(lock, moment, [this] { return is_stopping_; });
    is_gathering_ = false;
    written_at_ = std::chrono::steady_clock::now();
    lock.unlock();
    flush();
    lock.lock();
  }
}

}  // namespace quoth::app
