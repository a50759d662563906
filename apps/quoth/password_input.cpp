#include "apps/quoth/password_input.hpp"

#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction is POSIX's
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "apps/quoth/failure.hpp"
#include "apps/quoth/print.hpp"

namespace quoth::app {
namespace {

// More is no password, but perhaps a disk that was piped in by mistake.
constexpr std::size_t max_line_bytes = 4096;

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile sig_atomic_t caught_signal = 0;

extern "C" void note_signal(int number) { caught_signal = number; }

/// A terminal that does not show what is typed. A signal interrupts the wait for a key, and nothing
/// else, so that none comes unheard just before it; it has its effect once the terminal is as it
/// was.
class Unseen {
 public:
  Unseen() {
    caught_signal = 0;
    sigset_t ending{};
    sigemptyset(&ending);
    for (const int number : ending_signals) sigaddset(&ending, number);
    pthread_sigmask(SIG_BLOCK, &ending, &open_mask_);
    struct sigaction noting {};
    noting.sa_handler = note_signal;
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
      ::sigaction(ending_signals[i], &noting, &old_actions_[i]);
    }
    is_changed_ = ::tcgetattr(STDIN_FILENO, &old_) == 0;
    termios quiet = old_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &old_);
    print(stderr, "\n");
    pthread_sigmask(SIG_SETMASK, &open_mask_, nullptr);
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
      ::sigaction(ending_signals[i], &old_actions_[i], nullptr);
    }
    if (caught_signal != 0) ::raise(caught_signal);
  }

  /// Waits until a key can be read. @returns false if a signal has come instead.
  [[nodiscard]] bool wait_for_key() const noexcept {
    pollfd keys{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (caught_signal == 0) {
      if (::ppoll(&keys, 1, nullptr, &open_mask_) >= 0 || errno != EINTR) return true;
    }
    return false;
  }

 private:
  sigset_t open_mask_{};
  termios old_{};
  bool is_changed_ = false;
  std::array<struct sigaction, ending_signals.size()> old_actions_{};
};

/// One octet; none at the end. `terminal`: null if it is none.
bool read_octet(const Unseen* terminal, char& octet) {
  while (true) {
    const bool has_key = terminal == nullptr || terminal->wait_for_key();
    const ssize_t count = has_key ? ::read(STDIN_FILENO, &octet, 1) : -1;
    if (count >= 0) return count == 1;
    if (has_key && errno == EINTR) continue;
    const int error = has_key ? errno : EINTR;
    throw Failure{fmt::format("cannot read the password: {}", system_message(error)),
                  "it is the first line of standard input", exit_code_of(error)};
  }
}

std::string read_line(const Unseen* terminal) {
  std::string line;
  bool is_any = false;
  for (char octet = 0; read_octet(terminal, octet);) {
    is_any = true;
    if (octet == '\n') break;
    line += octet;
    if (line.size() > max_line_bytes) {
      throw Failure{"the first line of standard input is too long for a password",
                    "a password has at most 255 octets", ExitCode::data};
    }
  }
  if (!is_any) {
    throw Failure{"there is no password on standard input",
                  "pipe one line into the command, or run it on a terminal", ExitCode::data};
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

bool is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

std::string read_password_line(const std::string& prompt) {
  if (!is_terminal()) return read_line(nullptr);
  const Unseen unseen;  // ahead of the prompt: some type at once
  print(stderr, prompt);
  return read_line(&unseen);
}

}  // namespace quoth::app
