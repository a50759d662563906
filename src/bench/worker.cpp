// Each slot is a connection that is opened again and again. What it does next is decided in feed():
//
//   closed ──open──▶ opening ──▶ ready ──message──▶ ready … ──QUIT──▶ closed
//
// A slot takes a ticket, the right to one message, before it begins one; where each message has a
// connection of its own, before it connects. Without a ticket it is parked until the next round,
// or, with a rate, waits until the next message is due.
#include "bench/worker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "net/tls_client.hpp"

namespace quoth::bench {
namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // then it looks whether it is to stop
constexpr std::chrono::milliseconds sweep_interval{250};
constexpr std::chrono::seconds finish_limit{2};

std::unique_ptr<net::TlsClient> make_tls(const Scenario& scenario) {
  if (scenario.tls == Tls::none) return nullptr;
  net::TlsClientOptions options;
  options.is_verified = false;
  options.is_resuming = scenario.is_resuming;
  return std::make_unique<net::TlsClient>(options);
}

std::size_t share(std::size_t all, std::size_t index, std::size_t count) noexcept {
  return (all / count) + (index < all % count ? 1 : 0);
}

}  // namespace

/// A session of TLS belongs to a slot, so that each connection has one to go on with.
struct Worker::Slot : Connection {
  Slot(const Surroundings& around, Connection::Owner& owner,
       std::unique_ptr<net::TlsClient> tls_client) noexcept
      : Connection{around, owner, tls_client.get()}, tls{std::move(tls_client)} {}

  std::unique_ptr<net::TlsClient> tls;
  Clock::time_point begun{};  // the latency of its message counts from here
  bool has_ticket = false;
  bool has_failed = false;  // the last time: it is not opened again without need
  bool is_opening = false;
  bool is_parked = true;
};

Worker::Worker(const Options& options, const Script& script, std::size_t index, std::size_t count)
    : options_{options}, script_{script}, index_{index}, count_{count} {
  const std::size_t mine = share(options.scenario.connections, index, count);
  for (std::size_t i = 0; i < mine; ++i) {
    slots_.push_back(std::make_unique<Slot>(Surroundings{loop_, script_, options_},
                                            static_cast<Connection::Owner&>(*this),
                                            make_tls(options.scenario)));
  }
}

Worker::~Worker() = default;

Worker::Slot& Worker::slot_of(Connection& connection) noexcept {
  // All of ours are slots.
  return static_cast<Slot&>(connection);  // NOLINT(cppcoreguidelines-pro-type-static-cast-downcast)
}

bool Worker::opens_for_each_message() const noexcept {
  return options_.scenario.per_connection == 1;
}

void Worker::run(Round& round) {
  round_ = &round;
  if (options_.scenario.rate) {
    schedule_.emplace(round.start, *options_.scenario.rate, count_, index_, round.messages,
                      round.end);
  }
  active_ = slots_.size();
  loop_.run_once(Clock::duration::zero());  // what happened between the rounds; sets the time
  for (const std::unique_ptr<Slot>& slot : slots_) {
    slot->is_parked = false;
    if (slot->is_closed()) {
      closed_.push_back(slot.get());
    } else {
      feed(*slot);
    }
  }
  while (active_ > 0 && !round.is_stopped.load(std::memory_order_relaxed) && problem().empty()) {
    open_waiting();
    start_due();
    if (active_ == 0) break;
    loop_.run_once(options_.scenario.is_spinning ? Clock::duration::zero() : patience());
    sweep();
  }
  stop();
  if (schedule_) tally_.behind = schedule_->behind(loop_.now());
}

std::string_view Worker::problem() const noexcept {
  if (failed_connects_ >= max_failed_connects) return "the server could not be reached any more";
  // Each connection has waited in vain: the rest would, too.
  return timeouts_ >= slots_.size() ? "the server answers no more" : std::string_view{};
}

/// Nothing is left to do, unless the round was ended from outside.
void Worker::stop() {
  closed_.clear();
  waiting_.clear();
  opening_ = 0;
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (!slot->is_parked) slot->drop();
    slot->is_parked = true;
    slot->is_opening = false;
    slot->has_ticket = false;
  }
}

Clock::duration Worker::patience() const noexcept {
  if (!closed_.empty() && opening_ < max_opening) return Clock::duration::zero();
  Clock::duration result = longest_wait;
  if (!schedule_ || waiting_.empty()) return result;
  const Clock::time_point now = Clock::now();
  if (const auto due = schedule_->next_due(now)) result = std::min(result, *due - now);
  return result;
}

void Worker::open_waiting() {
  // Those that fail at once come back, and wait for the next turn.
  for (std::size_t turns = closed_.size(); turns > 0 && opening_ < max_opening; --turns) {
    Slot& slot = *closed_.front();
    closed_.pop_front();
    feed(slot);
  }
}

void Worker::start_due() {
  while (!waiting_.empty()) {
    Slot& slot = *waiting_.back();
    const Ticket ticket = take_ticket(slot);
    if (ticket == Ticket::later) return;
    waiting_.pop_back();
    ticket == Ticket::never ? park(slot) : begin(slot);
  }
}

Worker::Ticket Worker::take_ticket(Slot& slot) {
  if (slot.has_ticket) return Ticket::taken;
  if (schedule_) {
    const Clock::time_point now = Clock::now();
    const auto due = schedule_->take(now);
    if (!due) return schedule_->next_due(now) ? Ticket::later : Ticket::never;
    slot.begun = *due;
    tally_.lateness = now - *due;
  } else {
    if (round_->end && loop_.now() >= *round_->end) return Ticket::never;
    const bool is_counted = round_->messages.has_value();
    if (is_counted && round_->left.fetch_sub(1, std::memory_order_relaxed) <= 0) {
      return Ticket::never;
    }
  }
  slot.has_ticket = true;
  return Ticket::taken;
}

void Worker::feed(Slot& slot) {
  switch (take_ticket(slot)) {
    case Ticket::taken: begin(slot); break;
    case Ticket::never: park(slot); break;
    case Ticket::later: wait_for_due(slot); break;
  }
}

/// Begins the message that the slot has a ticket for, on a connection that has to be made first
/// where there is none.
void Worker::begin(Slot& slot) {
  if (slot.is_closed()) {
    if (!schedule_ && opens_for_each_message()) slot.begun = Clock::now();
    open(slot);
    return;
  }
  if (!schedule_ && !opens_for_each_message()) slot.begun = Clock::now();
  slot.begin_message();
}

void Worker::wait_for_due(Slot& slot) {
  // What is due later shall find an open connection, unless that is part of the message.
  if (slot.is_closed() && !opens_for_each_message() && !slot.has_failed) {
    open(slot);
    return;
  }
  waiting_.push_back(&slot);
}

void Worker::open(Slot& slot) {
  slot.is_opening = true;
  ++opening_;
  slot.open();
}

void Worker::park(Slot& slot) noexcept {
  slot.is_parked = true;
  --active_;
}

void Worker::opened(Slot& slot) noexcept {
  if (slot.is_opening) --opening_;
  slot.is_opening = false;
}

void Worker::on_connected(Connection& /*connection*/) {
  ++tally_.connections;
  failed_connects_ = 0;
}

void Worker::on_secured(Connection& /*connection*/, bool is_resumed) {
  ++(is_resumed ? tally_.resumptions : tally_.handshakes);
}

void Worker::on_ready(Connection& connection, bool is_sent) {
  Slot& slot = slot_of(connection);
  opened(slot);
  slot.has_failed = false;
  if (is_sent) {
    count_message(slot, true);
    const std::uint64_t most = options_.scenario.per_connection;
    if (most != 0 && slot.messages() >= most) {
      slot.quit();
      return;
    }
  }
  feed(slot);
}

void Worker::count_message(Slot& slot, bool is_sent) {
  if (!slot.has_ticket) return;
  slot.has_ticket = false;
  tally_.last = Clock::now();
  if (!is_sent) {
    ++tally_.failed;
    return;
  }
  ++tally_.messages;
  timeouts_ = 0;
  tally_.latency.add(tally_.last - slot.begun);
  progress_.store(tally_.messages, std::memory_order_relaxed);
}

void Worker::on_failed(Connection& connection, std::string_view command, std::string_view reply) {
  tally_.note(command, reply);
  if (command == "connect") ++failed_connects_;
  if (connection.has_timed_out()) ++timeouts_;
  Slot& slot = slot_of(connection);
  slot.has_failed = true;
  count_message(slot, false);
}

void Worker::on_closed(Connection& connection) {
  Slot& slot = slot_of(connection);
  opened(slot);
  if (slot.is_parked) return;
  std::erase(waiting_, &slot);
  closed_.push_back(&slot);
}

void Worker::sweep() {
  const Clock::time_point now = loop_.now();
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  for (const std::unique_ptr<Slot>& slot : slots_) slot->check_time(now);
}

void Worker::finish() {
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->is_ready()) slot->quit();
  }
  const auto is_open = [](const std::unique_ptr<Slot>& slot) { return !slot->is_closed(); };
  const Clock::time_point end = Clock::now() + finish_limit;
  while (std::ranges::any_of(slots_, is_open) && Clock::now() < end) {
    loop_.run_once(longest_wait);
    sweep();
  }
  for (const std::unique_ptr<Slot>& slot : slots_) slot->drop();
}

}  // namespace quoth::bench
