#include "bench/load.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace quoth::bench {
namespace {

constexpr std::chrono::seconds tick{1};

/// Processor time of this process, in microseconds.
double own_time() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& time) {
    return (static_cast<double>(time.tv_sec) * 1e6) + static_cast<double>(time.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

/// Counts down to when all threads are done; waited for with a limit, so that others can be told.
class Countdown {
 public:
  explicit Countdown(std::size_t count) noexcept : count_{count} {}

  void arrive() {
    const std::scoped_lock lock{mutex_};
    if (--count_ == 0) done_.notify_all();
  }
  [[nodiscard]] bool wait(std::chrono::seconds at_most) {
    std::unique_lock lock{mutex_};
    return done_.wait_for(lock, at_most, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t count_;
};

}  // namespace

Load::Load(const Options& options, const Script& script, const Hooks& hooks,
           const ProcessTree* server)
    : options_{options}, hooks_{hooks}, server_{server} {
  const std::size_t count = options.scenario.threads;
  for (std::size_t i = 0; i < count; ++i) {
    workers_.push_back(std::make_unique<Worker>(options, script, i, count));
  }
}

void Load::warm_up() {
  Round round{.is_stopped = hooks_.is_stopped};
  round.start = Clock::now();
  round.end = round.start + options_.warm_up;
  play(round, true);
  for (const std::unique_ptr<Worker>& worker : workers_) worker->clear_tally();
}

Load::Result Load::measure() {
  Result result;
  Round round{.is_stopped = hooks_.is_stopped};
  round.messages = options_.messages;
  if (options_.messages) round.left = static_cast<std::int64_t>(*options_.messages);
  const CpuTime server_before = server_ != nullptr ? server_->cpu_time() : CpuTime{};
  const double own_before = own_time();
  round.start = Clock::now();
  if (options_.duration) round.end = round.start + *options_.duration;
  play(round, false);
  Clock::time_point last = round.start;
  for (const std::unique_ptr<Worker>& worker : workers_) {
    last = std::max(last, worker->tally().last);
  }
  result.generator_us = own_time() - own_before;
  const CpuTime server_after = server_ != nullptr ? server_->cpu_time() : CpuTime{};
  result.server_user_us = static_cast<double>((server_after.user - server_before.user).count());
  result.server_system_us =
      static_cast<double>((server_after.system - server_before.system).count());
  result.server_memory_peak_kib = memory_peak_kib_;
  for (const std::unique_ptr<Worker>& worker : workers_) {
    result.tally.merge(worker->tally());
    if (!worker->problem().empty()) result.problem = worker->problem();
  }
  result.seconds = std::chrono::duration<double>(last - round.start).count();
  return result;
}

void Load::play(Round& round, bool is_warming_up) {
  Countdown countdown{workers_.size()};
  std::vector<std::exception_ptr> errors(workers_.size());
  std::vector<std::jthread> threads;
  threads.reserve(workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    threads.emplace_back([&round, &countdown, &error = errors[i], &worker = *workers_[i]] {
      try {
        worker.run(round);
      } catch (...) {  // rethrown below, where it can be told
        error = std::current_exception();
      }
      countdown.arrive();
    });
  }
  while (!countdown.wait(tick)) tell(round, is_warming_up);
  threads.clear();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

void Load::tell(const Round& round, bool is_warming_up) {
  // A latency under load is not to be disturbed by our own looking at all processes.
  const bool is_timed = workers_.front()->has_rate();
  if (server_ != nullptr && !is_timed)
    memory_peak_kib_ = std::max(memory_peak_kib_, server_->memory_kib());
  if (!hooks_.on_progress) return;
  Progress progress;
  for (const std::unique_ptr<Worker>& worker : workers_) progress.messages += worker->progress();
  progress.elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - round.start);
  progress.is_warming_up = is_warming_up;
  hooks_.on_progress(progress);
}

void Load::finish(Tally& tally) {
  for (const std::unique_ptr<Worker>& worker : workers_) {
    worker->clear_tally();
    worker->finish();
    for (const Unexpected& each : worker->tally().unexpected) {
      tally.note(each.command, each.reply, each.count);
    }
  }
}

}  // namespace quoth::bench
