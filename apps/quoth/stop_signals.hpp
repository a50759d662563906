#pragma once

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigset_t is POSIX's

#include <atomic>
#include <cstdint>

namespace quoth::app {

/// SIGINT, SIGTERM, SIGHUP and SIGUSR1 as something to wait for, for one thread. Build it before
/// any other thread starts: those inherit that the signals are blocked. SIGPIPE is ignored from
/// here on.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  enum class Wish : std::uint8_t {
    stop,      ///< SIGINT, SIGTERM, or the terminal has gone.
    counters,  ///< SIGUSR1.
    reload,    ///< SIGHUP, unless the program stands on a terminal: then it is a stop.
    nothing,   ///< cancel() was called.
  };

  /// Waits for the next signal, in the thread that built this.
  [[nodiscard]] Wish wait();

  /// Ends wait(), now or the next time. Any thread.
  void cancel() noexcept;

 private:
  sigset_t set_{};
  pthread_t waiting_;
  bool has_terminal_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace quoth::app
