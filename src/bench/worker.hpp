#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/connection.hpp"
#include "bench/loop.hpp"
#include "bench/options.hpp"
#include "bench/schedule.hpp"
#include "bench/script.hpp"
#include "bench/tally.hpp"

namespace quoth::bench {

/// A load that all workers put on the server together.
struct Round {
  Clock::time_point start{};
  std::optional<Clock::time_point> end{};   ///< No message begins from then on.
  std::optional<std::uint64_t> messages{};  ///< How many there are.
  const std::atomic<bool>& is_stopped;
  std::atomic<std::int64_t> left{0};  ///< Of `messages`, without a rate.
};

/// A thread's part of the connections, and what they have counted. What is built by one thread may
/// be run by another, one at a time.
class Worker final : private Connection::Owner {
 public:
  /// It is the `index`-th of `count` workers.
  Worker(const Options& options, const Script& script, std::size_t index, std::size_t count);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() override;

  /// Sends messages until there are no more, or it is stopped: then connections just end.
  /// Connections that may carry more messages stay open for the next round.
  void run(Round& round);

  /// Says QUIT on all connections that are open.
  void finish();

  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
  [[nodiscard]] bool has_rate() const noexcept { return options_.scenario.rate.has_value(); }
  void clear_tally() { tally_ = Tally{}; }
  /// Messages so far, for another thread to look at.
  [[nodiscard]] std::uint64_t progress() const noexcept {
    return progress_.load(std::memory_order_relaxed);
  }
  /// Why it ended before its time; empty: it did not.
  [[nodiscard]] std::string_view problem() const noexcept;

 private:
  static constexpr std::size_t max_failed_connects = 100;
  static constexpr std::size_t max_opening = 200;  // at a time, lest a backlog overflows

  struct Slot;
  enum class Ticket : std::uint8_t { taken, later, never };

  void on_connected(Connection& connection) override;
  void on_secured(Connection& connection, bool is_resumed) override;
  void on_ready(Connection& connection, bool is_sent) override;
  void on_failed(Connection& connection, std::string_view command, std::string_view reply) override;
  void on_closed(Connection& connection) override;

  static Slot& slot_of(Connection& connection) noexcept;
  void feed(Slot& slot);
  void begin(Slot& slot);
  void open(Slot& slot);
  void park(Slot& slot) noexcept;
  void wait_for_due(Slot& slot);
  Ticket take_ticket(Slot& slot);
  void count_message(Slot& slot, bool is_sent);
  void opened(Slot& slot) noexcept;
  void open_waiting();
  void start_due();
  void sweep();
  void stop();
  [[nodiscard]] Clock::duration patience() const noexcept;
  [[nodiscard]] bool opens_for_each_message() const noexcept;

  const Options& options_;
  const Script& script_;
  std::size_t index_;
  std::size_t count_;
  Loop loop_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::deque<Slot*> closed_;    // to be opened again
  std::vector<Slot*> waiting_;  // for a message to be due
  Round* round_ = nullptr;
  std::optional<Schedule> schedule_;
  Tally tally_;
  std::atomic<std::uint64_t> progress_ = 0;
  Clock::time_point next_sweep_{};
  std::size_t active_ = 0;           // slots that are not parked
  std::size_t opening_ = 0;          // connections on their way to being ready
  std::size_t failed_connects_ = 0;  // one after the other
  std::size_t timeouts_ = 0;         // since the last message that was taken
};

}  // namespace quoth::bench
