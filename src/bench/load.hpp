#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/process_tree.hpp"
#include "bench/run.hpp"
#include "bench/script.hpp"
#include "bench/tally.hpp"
#include "bench/worker.hpp"

namespace quoth::bench {

/// The workers, each with a thread for the time of a round.
class Load {
 public:
  /// What a counted round has cost and brought.
  struct Result {
    Tally tally{};
    double seconds = 0;
    double generator_us = 0;
    double server_user_us = 0;
    double server_system_us = 0;
    std::optional<std::uint64_t> server_memory_peak_kib{};
    std::string problem{};
  };

  /// `server` may be nullptr: it is not measured.
  Load(const Options& options, const Script& script, const Hooks& hooks, const ProcessTree* server);

  void warm_up();
  [[nodiscard]] Result measure();
  /// Says QUIT where nobody has; `tally` gets what was wrong with the answers.
  void finish(Tally& tally);

 private:
  void play(Round& round, bool is_warming_up);
  void tell(const Round& round, bool is_warming_up);

  const Options& options_;
  const Hooks& hooks_;
  const ProcessTree* server_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<std::uint64_t> memory_peak_kib_;
};

}  // namespace quoth::bench
