#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace quoth::bench {

/// What /proc says of a process, besides its name.
struct ProcessStat {
  int parent = 0;
  char state = '?';
  std::uint64_t user_ticks = 0;    ///< Its own, and those of children that it has waited for.
  std::uint64_t system_ticks = 0;  ///< The same.
};

/// Reads /proc/PID/stat; its second field may hold blanks and parentheses. None: that is none.
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text) noexcept;

/// Processor time that a tree of processes has used.
struct CpuTime {
  std::chrono::microseconds user{0};
  std::chrono::microseconds system{0};
};

/// A process and all that come from it, as /proc has them.
class ProcessTree {
 public:
  enum class Root : bool { excluded, included };

  /// `ticks_per_second`: of the system, sysconf(_SC_CLK_TCK).
  ProcessTree(int pid, Root root, std::filesystem::path proc = "/proc");
  ProcessTree(int pid, Root root, std::filesystem::path proc, long ticks_per_second);

  /// Those of children that have ended and were waited for count as their parent's.
  [[nodiscard]] CpuTime cpu_time() const;

  /// Proportional shares (PSS); of a process whose may not be read, what it has in memory (RSS).
  /// None: not even that.
  [[nodiscard]] std::optional<std::uint64_t> memory_kib() const;

  /// Those that run. Empty: there is none any more.
  [[nodiscard]] std::vector<int> running() const;

 private:
  [[nodiscard]] std::map<int, ProcessStat> members() const;

  int pid_;
  Root root_;
  std::filesystem::path proc_;
  long ticks_per_second_;
};

}  // namespace quoth::bench
