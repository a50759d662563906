#include "credentials/hashing.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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

void Hashing::Queue::enter(const std::string& network) {
  ++by_network[network];
  ++waiting;
}

void Hashing::Queue::leave(const std::string& network) {
  const auto place = by_network.find(network);
  QUOTH_ASSERT(place != by_network.end());
  if (--place->second == 0) by_network.erase(place);
  --waiting;
}

/// The last job of the network that has most of them waiting, if `network` has fewer also with one
/// more than now; nothing: it would gain no fairer share.
std::optional<Hashing::Job> Hashing::Queue::make_room_for(const std::string& network) {
  const auto most = std::ranges::max_element(
      by_network, {}, [](const auto& network_and_count) { return network_and_count.second; });
  const auto own = by_network.find(network);
  const std::size_t own_count = own == by_network.end() ? 0 : own->second;
  if (most == by_network.end() || most->second < own_count + 2) return std::nullopt;
  const auto last = std::ranges::find(jobs.rbegin(), jobs.rend(), most->first, &Job::network);
  if (last == jobs.rend()) return std::nullopt;
  Job job = std::move(*last);
  jobs.erase(std::next(last).base());
  leave(job.network);
  return job;
}

bool Hashing::reserve(Standing standing, const std::string& network) {
  Queue& queue = queues_[index_of(standing)];
  std::optional<Job> turned_away;
  {
    const std::lock_guard lock{mutex_};
    std::size_t ahead = 0;
    for (std::size_t i = 0; i <= index_of(standing); ++i) ahead += queues_[i].waiting;
    if (ahead >= room()) {
      turned_away = queue.make_room_for(network);
      if (!turned_away) return false;
    }
    queue.enter(network);
  }
  if (turned_away) turned_away->done(nullptr, Verdict::overloaded);
  return true;
}

void Hashing::enqueue(Standing standing, Job job) {
  {
    const std::lock_guard lock{mutex_};
    queues_[index_of(standing)].jobs.push_back(std::move(job));
  }
  // Each stands for one job, not for this one: whose turn it is shows when a thread is free.
  boost::asio::post(pool_, [this] { run_next(); });
}

std::optional<Hashing::Job> Hashing::take() {
  const std::lock_guard lock{mutex_};
  for (Queue& queue : queues_) {
    if (queue.jobs.empty()) continue;
    Job job = std::move(queue.jobs.front());
    queue.jobs.pop_front();
    queue.leave(job.network);
    return job;
  }
  return std::nullopt;  // who was turned away has left his turn behind
}

void Hashing::run_next() {
  constexpr double weight = 0.125;
  const std::optional<Job> job = take();
  if (!job) return;
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

Awaitable<Verdict> Hashing::verify(Standing standing, std::string network, Work work) {
  using Token = boost::asio::use_awaitable_t<net::Executor>;
  if (!reserve(standing, network)) co_return Verdict::overloaded;
  auto start = [this, standing, &network](auto handler, Work job) {
    enqueue(standing, {std::move(network), std::move(job), deliver_to(std::move(handler))});
  };
  Token token;
  const Verdict verdict =
      co_await boost::asio::async_initiate<Token, void(std::exception_ptr, Verdict)>(
          start, token, std::move(work));
  co_return verdict;
}

std::size_t Hashing::waiting() const {
  const std::lock_guard lock{mutex_};
  std::size_t all = 0;
  for (const Queue& queue : queues_) all += queue.waiting;
  return all;
}

}  // namespace quoth::credentials
