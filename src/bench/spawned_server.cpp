#include "bench/spawned_server.hpp"

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX's
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "bench/failure.hpp"

namespace quoth::bench {
namespace {

constexpr std::string_view good_end = "exit status 0";
constexpr std::chrono::seconds start_limit{30};
constexpr std::chrono::seconds stop_limit{10};
constexpr std::chrono::milliseconds look_interval{20};

/// The attributes and file actions of posix_spawn(3), freed with it.
struct SpawnSetup {
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};

  SpawnSetup() {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    sigset_t none;
    sigset_t ours;
    ::sigemptyset(&none);
    ::sigemptyset(&ours);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE}) ::sigaddset(&ours, number);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &ours);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // Our standard output is the report's.
    ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
};

}  // namespace

bool accepts(const Address& address) noexcept {
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool result = ::connect(fd, address.data(), address.size) == 0;
  ::close(fd);
  return result;
}

SpawnedServer::SpawnedServer(const std::string& command)
    : tree_{::getpid(), ProcessTree::Root::excluded} {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const SpawnSetup setup;
  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = command;
  char* const arguments[]{shell.data(), flag.data(), text.data(), nullptr};
  const int error =
      ::posix_spawn(&pid_, shell.c_str(), &setup.actions, &setup.attributes, arguments, environ);
  if (error != 0) throw std::system_error{error, std::generic_category(), "cannot start /bin/sh"};
}

void SpawnedServer::wait_until_ready(const Options& options, const std::atomic<bool>& is_stopped) {
  const Clock::time_point end = Clock::now() + start_limit;
  while (!accepts(options.address)) {
    // The shell may end with 0 and leave a server that has put itself into the background.
    const std::string how = ended();
    if (!how.empty() && (how != good_end || tree_.running().empty())) {
      throw Unmeasurable{
          fmt::format("the server ended before it listened on {}: {}", options.target, how),
          "what it wrote stands above; try the command by itself: " + options.spawn};
    }
    if (is_stopped) return;
    if (Clock::now() > end) {
      throw Unmeasurable{fmt::format("the server does not listen on {}, even after {} s",
                                     options.target, start_limit.count()),
                         "does the command listen at another address? " + options.spawn};
    }
    std::this_thread::sleep_for(look_interval);
  }
}

std::string SpawnedServer::ended() const {
  siginfo_t info{};
  // It is not collected yet: the time that it has used still counts.
  const int options = WEXITED | WNOHANG | WNOWAIT;
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, options) != 0 || info.si_pid != pid_) {
    return {};
  }
  if (info.si_code == CLD_EXITED) return fmt::format("exit status {}", info.si_status);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): only the main thread asks
  return fmt::format("signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

bool SpawnedServer::is_gone() noexcept {
  int status = 0;
  pid_t pid = 0;
  do {
    pid = ::waitpid(-1, &status, WNOHANG);
  } while (pid > 0);
  return pid < 0 && errno == ECHILD;
}

void SpawnedServer::signal_all(int number) const noexcept {
  ::kill(-pid_, number);
  try {
    for (const int pid : tree_.running()) {
      if (::getpgid(pid) != pid_) ::kill(pid, number);  // it has left the group
    }
  } catch (const std::exception&) {  // no memory, or no /proc: the group has got it
  }
}

void SpawnedServer::stop() noexcept {
  if (pid_ <= 0) return;
  if (!is_gone()) signal_all(SIGTERM);
  const Clock::time_point end = Clock::now() + stop_limit;
  while (!is_gone() && Clock::now() < end) std::this_thread::sleep_for(look_interval);
  if (!is_gone()) {
    signal_all(SIGKILL);
    const Clock::time_point last = Clock::now() + stop_limit;
    while (!is_gone() && Clock::now() < last) std::this_thread::sleep_for(look_interval);
  }
  pid_ = -1;
}

}  // namespace quoth::bench
