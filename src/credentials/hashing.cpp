#include "credentials/hashing.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <quoth/assert.hpp>

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
    : options_{options}, average_{options.guess}, pool_{options.threads} {}

Hashing::~Hashing() { pool_.join(); }

// One more than these would wait longer than he may.
std::size_t Hashing::room() const noexcept {
  const std::chrono::duration<double> wait = options_.longest_wait;
  const double jobs = wait / average_ * static_cast<double>(options_.threads);
  return static_cast<std::size_t>(
      std::clamp(jobs, static_cast<double>(options_.threads), double{most_waiting}));
}

bool Hashing::reserve(Standing standing) {
  const std::lock_guard lock{mutex_};
  // Strangers wait for all, those who are known for each other.
  std::size_t ahead = waiting_[index_of(Standing::known)];
  if (standing == Standing::stranger) ahead += waiting_[index_of(Standing::stranger)];
  if (ahead >= room()) return false;
  ++waiting_[index_of(standing)];
  return true;
}

void Hashing::enqueue(Standing standing, Job job) {
  {
    const std::lock_guard lock{mutex_};
    queues_[index_of(standing)].push_back(std::move(job));
  }
  // Each stands for one job, not for this one: whose turn it is shows when a thread is free.
  boost::asio::post(pool_, [this] { run_next(); });
}

Hashing::Job Hashing::take() {
  const std::lock_guard lock{mutex_};
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (queues_[i].empty()) continue;
    Job job = std::move(queues_[i].front());
    queues_[i].pop_front();
    --waiting_[i];
    return job;
  }
  QUOTH_ASSERT(false);
  return {};
}

void Hashing::run_next() {
  constexpr double weight = 0.125;
  const Job job = take();
  const Clock::time_point began = Clock::now();
  std::exception_ptr error;
  bool is_right = false;
  try {
    is_right = job.work();
  } catch (...) {  // to whom it is for
    error = std::current_exception();
  }
  {
    const std::lock_guard lock{mutex_};
    average_ += (Clock::now() - began - average_) * weight;
  }
  job.done(error, is_right ? Verdict::right : Verdict::wrong);
}

Awaitable<Verdict> Hashing::verify(Standing standing, Work work) {
  using Token = boost::asio::use_awaitable_t<net::Executor>;
  if (!reserve(standing)) co_return Verdict::overloaded;
  auto start = [this, standing](auto handler, Work job) {
    enqueue(standing, {std::move(job), deliver_to(std::move(handler))});
  };
  Token token;
  const Verdict verdict =
      co_await boost::asio::async_initiate<Token, void(std::exception_ptr, Verdict)>(
          start, token, std::move(work));
  co_return verdict;
}

std::size_t Hashing::waiting() const {
  const std::lock_guard lock{mutex_};
  return waiting_[0] + waiting_[1];
}

}  // namespace quoth::credentials
