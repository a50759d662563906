#include "credentials/hashing.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quoth::credentials {
namespace {

constexpr std::size_t index_of(Standing standing) noexcept {
  return static_cast<std::size_t>(standing);
}

/// What brings a verdict back to where `handler` runs.
template <class Handler>
std::function<void(std::exception_ptr, Verdict)> deliver_to(Handler handler) {
  const auto executor = boost::asio::get_associated_executor(handler);
  // The host's io_context must not run dry while the work goes on elsewhere.
  auto alive = boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
  auto shared = std::make_shared<Handler>(std::move(handler));
  return [alive, executor, shared](const std::exception_ptr& error, Verdict verdict) {
    boost::asio::post(executor, [shared, error, verdict] { std::move (*shared)(error, verdict); });
  };
}

}  // namespace

Hashing::Hashing(const Options& options)
    : options_{options},
      turns_{Turns<Job>{options.longest_wait}, Turns<Job>{options.longest_wait},
             Turns<Job>{options.longest_wait}},
      average_{options.guess},
      pool_{options.threads} {}

Hashing::~Hashing() { pool_.join(); }

// One more than these would wait longer than he may.
std::size_t Hashing::room() const noexcept {
  const std::chrono::duration<double> wait = options_.longest_wait;
  const double jobs = wait / average_ * static_cast<double>(options_.threads);
  return static_cast<std::size_t>(
      std::clamp(jobs, static_cast<double>(options_.threads), double{most_waiting}));
}

// Each waits for those who are better known, and for his like.
std::size_t Hashing::room_for(Standing standing) const noexcept {
  const std::size_t all = room();
  std::size_t ahead = 0;
  for (std::size_t i = 0; i < index_of(standing); ++i) ahead += turns_[i].size();
  return all > ahead ? all - ahead : 0;
}

void Hashing::enqueue(Caller caller, Job job) {
  std::optional<Job> gone;
  {
    const std::lock_guard lock{mutex_};
    const std::size_t room = room_for(caller.standing);
    gone = turns_[index_of(caller.standing)].add(std::move(caller.claim), std::move(job), room,
                                                 Clock::now());
  }
  if (gone) gone->done(nullptr, Verdict::overloaded);
  // Each stands for one job, not for this one: whose turn it is shows when a thread is free.
  boost::asio::post(pool_, [this] { run_next(); });
}

std::optional<Hashing::Job> Hashing::take() {
  std::optional<Job> job;
  std::vector<Job> late;
  {
    const std::lock_guard lock{mutex_};
    for (Turns<Job>& turns : turns_) {
      if (!job) job = turns.take();
    }
    for (Turns<Job>& turns : turns_) {
      for (Job& each : turns.expire(Clock::now())) late.push_back(std::move(each));
    }
  }
  for (const Job& each : late) each.done(nullptr, Verdict::overloaded);
  return job;
}

void Hashing::run_next() {
  constexpr double weight = 0.125;
  const std::optional<Job> job = take();
  if (!job) return;  // it had to go
  const Clock::time_point began = Clock::now();
  std::exception_ptr error;
  bool is_right = false;
  try {
    is_right = job->work();
  } catch (...) {  // to whom it is for
    error = std::current_exception();
  }
  {
    const std::lock_guard lock{mutex_};
    average_ += (Clock::now() - began - average_) * weight;
  }
  job->done(error, is_right ? Verdict::right : Verdict::wrong);
}

Awaitable<Verdict> Hashing::verify(Caller caller, Work work) {
  using Token = boost::asio::use_awaitable_t<net::Executor>;
  auto start = [this](auto handler, Caller who, Work job) {
    std::shared_ptr<void> until = who.until;
    enqueue(std::move(who), {std::move(until), std::move(job), deliver_to(std::move(handler))});
  };
  Token token;
  const Verdict verdict =
      co_await boost::asio::async_initiate<Token, void(std::exception_ptr, Verdict)>(
          start, token, std::move(caller), std::move(work));
  co_return verdict;
}

std::size_t Hashing::waiting() const {
  const std::lock_guard lock{mutex_};
  std::size_t all = 0;
  for (const Turns<Job>& turns : turns_) all += turns.size();
  return all;
}

}  // namespace quoth::credentials
