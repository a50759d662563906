#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <quoth/awaitable.hpp>

#include "credentials/turns.hpp"
#include "net/offload.hpp"

namespace quoth::credentials {

/// What is known of the network that somebody tries to log in from.
enum class Standing : std::uint8_t {
  known,     ///< Somebody has logged in from there before.
  stranger,  ///< Nothing.
  suspect,   ///< There was a wrong password from there lately, and never a right one.
};

/// What came of a password.
enum class Verdict : std::uint8_t {
  right,
  wrong,
  overloaded,  ///< It was not looked at: too many wait.
};

/// Threads that verify passwords, and who waits for them. Those who are known go first,
/// and suspects last; as many may wait as can be verified within `longest_wait`, as far as can be
/// told from how long the last ones took. So a flood holds up its like alone, and memory is
/// bounded. Who among equals has his turn, and who makes room: see Turns. Any thread.
class Hashing {
 public:
  using Work = std::function<bool()>;  ///< Whether the password is right.
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::size_t threads = 1;
    std::chrono::milliseconds longest_wait = std::chrono::seconds{2};
    /// How long one takes, as long as none was measured.
    std::chrono::microseconds guess = std::chrono::milliseconds{50};
  };

  /// However short the passwords take: each one that waits holds a session's memory.
  static constexpr std::size_t most_waiting = 1000;

  struct Caller {
    Standing standing = Standing::stranger;
    Claim claim{};
    /// Held until nothing of the caller, its executor included, is used any more.
    std::shared_ptr<void> until{};
  };

  explicit Hashing(const Options& options);
  Hashing(const Hashing&) = delete;
  Hashing& operator=(const Hashing&) = delete;
  ~Hashing();

  /// Runs `work` when its turn comes; what it throws comes out here. Cannot be cancelled, so that
  /// it may refer to what the caller owns.
  [[nodiscard]] Awaitable<Verdict> verify(Caller caller, Work work);

  /// Returns when all work is done; later work is never run.
  void join() noexcept { pool_.join(); }

  /// How many wait; those whose turn has come do not count.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Job {
    std::shared_ptr<void> until;  // stands first: destroyed last
    Work work;
    std::function<void(std::exception_ptr, Verdict)> done;
  };

  void enqueue(Caller caller, Job job);
  [[nodiscard]] std::optional<Job> take();
  void run_next();
  [[nodiscard]] std::size_t room() const noexcept;
  [[nodiscard]] std::size_t room_for(Standing standing) const noexcept;

  const Options options_;
  mutable std::mutex mutex_;
  std::array<Turns<Job>, 3> turns_;  // by standing
  std::chrono::duration<double> average_;
  net::BlockingPool pool_;
};

}  // namespace quoth::credentials
