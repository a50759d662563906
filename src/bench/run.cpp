// The order of a measurement: the server is started, if that is ours to do; one connection finds
// out whether it can do what is wanted; idle connections are opened and weighed; the load warms up,
// and then it is counted. Between warm-up and the counted part no message is under way, so that
// what the server has used belongs to the messages that are counted.
#include "bench/run.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/failure.hpp"
#include "bench/holder.hpp"
#include "bench/limits.hpp"
#include "bench/load.hpp"
#include "bench/probe.hpp"
#include "bench/process_tree.hpp"
#include "bench/script.hpp"
#include "bench/spawned_server.hpp"

namespace quoth::bench {
namespace {

constexpr std::size_t warming_connections = 10;
constexpr std::chrono::milliseconds last_look{100};  // at idle connections that may have been ended
constexpr std::chrono::milliseconds longest_lateness{100};  // where the rate counts as held

class Measurement {
 public:
  Measurement(const Options& options, const Hooks& hooks) : options_{options}, hooks_{hooks} {}

  Report run();

 private:
  void start_server();
  void open_idle();
  void put_load();
  void count(const Load::Result& result);
  void weigh();
  void look_for_end();
  [[nodiscard]] std::optional<std::uint64_t> memory() const {
    return tree_ ? tree_->memory_kib() : std::nullopt;
  }

  const Options& options_;
  const Hooks& hooks_;
  Script script_;
  std::optional<SpawnedServer> server_;
  std::optional<ProcessTree> tree_;
  std::optional<Holder> idle_;
  Report report_;
};

Report Measurement::run() {
  report_.target = options_.target;
  report_.scenario = options_.scenario;
  report_.has_login = !options_.user.empty();
  report_.has_load = options_.has_load();
  start_server();
  raise_descriptor_limit();
  check_limits(options_);
  script_ = Script::of(options_);
  if (!hooks_.is_stopped) probe(options_, script_, hooks_.is_stopped);
  if (options_.scenario.idle > 0) open_idle();
  if (options_.has_load()) put_load();
  weigh();
  if (idle_) idle_->close();
  look_for_end();
  if (server_) server_->stop();
  report_.is_interrupted = hooks_.is_stopped;
  return std::move(report_);
}

void Measurement::start_server() {
  if (!options_.spawn.empty()) {
    if (accepts(options_.address)) {
      throw Unmeasurable{"something listens on " + options_.target + " already",
                         "stop it, or measure it without --spawn"};
    }
    server_.emplace(options_.spawn);
    server_->wait_until_ready(options_, hooks_.is_stopped);
    tree_ = server_->tree();
  } else if (options_.pid) {
    tree_.emplace(*options_.pid, ProcessTree::Root::included);
    if (tree_->running().empty()) {
      throw Unmeasurable{"there is no process " + std::to_string(*options_.pid),
                         "`--pid` is the number of the server's first process"};
    }
  }
  if (tree_) report_.server.emplace();
}

void Measurement::open_idle() {
  IdleUse use;
  if (tree_) {
    Holder first{options_, script_};
    first.open(warming_connections, hooks_.is_stopped);
    first.close();
    Holder nobody{options_, script_};
    nobody.hold(options_.hold, hooks_.is_stopped);
    use.memory_before_kib = memory();
  }
  idle_.emplace(options_, script_);
  if (idle_->open(options_.scenario.idle, hooks_.is_stopped)) {
    idle_->hold(options_.hold, hooks_.is_stopped);
  }
  use.memory_kib = memory();
  use.connections = idle_->held();
  report_.idle = use;
  if (report_.server) report_.server->memory_peak_kib = use.memory_kib;
}

void Measurement::put_load() {
  Load load{options_, script_, hooks_, tree_ ? &*tree_ : nullptr};
  if (options_.warm_up.count() > 0) load.warm_up();
  if (!hooks_.is_stopped) count(load.measure());
  load.finish(report_.tally);
}

void Measurement::count(const Load::Result& result) {
  report_.tally = result.tally;
  report_.seconds = result.seconds;
  report_.generator_us = result.generator_us;
  report_.problem = result.problem;
  const double available = result.seconds * 1e6 * static_cast<double>(options_.scenario.threads);
  if (available > 0) report_.generator_percent = 100 * result.generator_us / available;
  if (options_.scenario.rate) {
    // A stall that was made up for is no matter, but what is still late at the end would only have
    // become later.
    const Clock::duration most = std::max<Clock::duration>(
        longest_lateness, std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(result.seconds / 100)));
    report_.is_rate_held = result.tally.behind == 0 && result.tally.lateness <= most;
  }
  if (!report_.server) return;
  // Less than before: it is not there any more.
  report_.server->user_us = std::max(0.0, result.server_user_us);
  report_.server->system_us = std::max(0.0, result.server_system_us);
  report_.server->memory_peak_kib =
      std::max(report_.server->memory_peak_kib, result.server_memory_peak_kib);
}

/// The server as it stands at the end.
void Measurement::weigh() {
  if (idle_) {
    idle_->hold(last_look, hooks_.is_stopped);
    for (const Unexpected& each : idle_->tally().unexpected) {
      report_.tally.note(each.command, each.reply, each.count);
    }
    if (!options_.has_load()) {
      report_.tally.handshakes = idle_->tally().handshakes;
      report_.tally.connections = idle_->tally().connections;
    }
  }
  if (!report_.server || !tree_) return;
  report_.server->memory_kib = memory();
  report_.server->memory_peak_kib =
      std::max(report_.server->memory_peak_kib, report_.server->memory_kib);
  report_.server->processes = tree_->running().size();
}

/// It may have ended of itself.
void Measurement::look_for_end() {
  if (!tree_ || !tree_->running().empty()) return;
  const std::string how = server_ ? server_->ended() : std::string{};
  report_.problem = "the server ended in the middle" + (how.empty() ? "" : ": " + how);
}

}  // namespace

std::optional<double> IdleUse::kib_per_connection() const noexcept {
  if (!memory_before_kib || !memory_kib || connections == 0) return std::nullopt;
  const double more = static_cast<double>(*memory_kib) - static_cast<double>(*memory_before_kib);
  return more / static_cast<double>(connections);
}

Report run(const Options& options, const Hooks& hooks) { return Measurement{options, hooks}.run(); }

}  // namespace quoth::bench
