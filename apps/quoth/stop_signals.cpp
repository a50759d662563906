#include "apps/quoth/stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> lacks what POSIX adds

namespace quoth::app {
namespace {

constexpr int cancelling = SIGUSR1;  // from cancel(); one from outside wants the counters

}  // namespace

StopSignals::StopSignals()
    : waiting_{pthread_self()},
      has_terminal_{::isatty(STDOUT_FILENO) == 1 || ::isatty(STDERR_FILENO) == 1} {
  (void)::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGHUP);
  sigaddset(&set_, cancelling);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

StopSignals::Wish StopSignals::wait() {
  int number = cancelling;
  if (!cancelled_) sigwait(&set_, &number);
  if (cancelled_) return Wish::nothing;
  // Of a terminal it says that this one has gone.
  if (number == SIGHUP && !has_terminal_) return Wish::reload;
  return number == cancelling ? Wish::counters : Wish::stop;
}

// The waiting thread cannot miss it: the signal stays pending until then.
void StopSignals::cancel() noexcept {
  cancelled_ = true;
  pthread_kill(waiting_, cancelling);
}

}  // namespace quoth::app
