#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>

#include "bench/options.hpp"
#include "bench/process_tree.hpp"

namespace quoth::bench {

/// Whether somebody accepts connections there. Blocks for as long as connect() does.
[[nodiscard]] bool accepts(const Address& address) noexcept;

/// A server that the shell started for us, in a process group of its own. What it leaves behind
/// when it forks and ends becomes a child of ours, and so it is measured and ended, too.
class SpawnedServer {
 public:
  /// Its standard output goes to our standard error. @throws Unmeasurable, std::system_error.
  explicit SpawnedServer(const std::string& command);
  SpawnedServer(const SpawnedServer&) = delete;
  SpawnedServer& operator=(const SpawnedServer&) = delete;
  ~SpawnedServer() { stop(); }

  /// Waits until it listens. @throws Unmeasurable: it ended, or does not within 30 s.
  void wait_until_ready(const Options& options, const std::atomic<bool>& is_stopped);

  /// How the shell ended: "exit status 1", "signal 9 (Killed)"; empty: it runs.
  [[nodiscard]] std::string ended() const;

  /// SIGTERM to all of it, and after ten seconds SIGKILL.
  void stop() noexcept;

  [[nodiscard]] const ProcessTree& tree() const noexcept { return tree_; }

 private:
  void signal_all(int number) const noexcept;
  [[nodiscard]] static bool is_gone() noexcept;

  pid_t pid_ = -1;
  ProcessTree tree_;
};

}  // namespace quoth::bench
