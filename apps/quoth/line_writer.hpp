#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace quoth::app {

/// Writes lines to a file descriptor, under load many with one system call. Whoever brings a line
/// when none has come for a moment writes it himself; those that follow close behind gather, and a
/// thread writes them together a moment later. No line is dropped because there are many: who
/// brings one more than fits waits until the file has taken the others. What cannot be written is
/// lost: a pipe that somebody made non-blocking has a second to take more. Any thread.
class LineWriter {
 public:
  /// Borrows `fd`.
  explicit LineWriter(int fd);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  /// Writes what is left.
  ~LineWriter();

  /// Takes `line`, which has its end.
  void add(std::string_view line);

  /// Returns once all that was taken has been written.
  void flush();

 private:
  void run();

  const int fd_;
  const bool is_pipe_;
  std::mutex file_;    // the order of the batches; taken before the other one
  std::string batch_;  // what is being written
  std::mutex mutex_;   // held for a copy at most
  std::condition_variable changed_;
  std::string pending_;
  std::chrono::steady_clock::time_point written_at_;
  bool is_gathering_ = false;  // lines wait for the thread
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace quoth::app
