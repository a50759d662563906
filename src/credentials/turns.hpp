#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quoth::credentials {

/// Whoever waits, by what he can be held against.
struct Claim {
  std::string network;
  std::string user;
};

/// Who waits for a password to be verified, and whose turn is next.
///
/// Whoever comes gets a rank: how many wait already of his network, or for his user name, whichever
/// are more. The lowest rank has its turn first; where there is no room, the highest makes some. So
/// the first of each network and of each name stand alike, and many tries from few networks or at
/// few names hold up themselves.
///
/// What is left are those who cannot be told from a right user: one try each, from as many networks
/// at as many names. No order lets more of these in than there is time for, a share of capacity /
/// arrivals; but it decides what that share is like. In the order of arrival, with the last one
/// turned away, a flood that is only a little too fast keeps the queue full for good, and he who
/// gets in has waited longest. Here, among equals, he who came last has the next turn, and he who
/// came first makes room: who gets in is verified at once, who does not is told so after room /
/// arrivals (a flood of 1,000 a second: 60 ms) and can try again while the client is still there.
/// Nobody waits longer than `patience`, plus one turn.
///
/// Holds no thread, clock or lock.
template <class Job>
class Turns {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Turns(std::chrono::steady_clock::duration patience) : patience_{patience} {}

  /// Lets him wait, where `room` may wait at the same time.
  /// @returns the job that has to go for it, which may be this one.
  [[nodiscard]] std::optional<Job> add(Claim claim, Job job, std::size_t room, Time now) {
    const std::size_t rank = rank_of(claim);
    waiting_.push_back({std::move(claim), std::move(job), rank, next_number_++, now});
    if (waiting_.size() <= room) return std::nullopt;
    return remove(last());
  }

  /// The next one. None: nobody waits.
  [[nodiscard]] std::optional<Job> take() {
    if (waiting_.empty()) return std::nullopt;
    return remove(next());
  }

  /// Those who have lost patience by `now`, the first who came first.
  [[nodiscard]] std::vector<Job> expire(Time now) {
    std::vector<Job> gone;
    for (std::size_t i = 0; i < waiting_.size();) {
      if (now - waiting_[i].since > patience_) {
        gone.push_back(remove(i));
      } else {
        ++i;
      }
    }
    return gone;
  }

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Entry {
    Claim claim;
    Job job;
    std::size_t rank;
    std::uint64_t number;
    Time since;
  };

  [[nodiscard]] std::size_t rank_of(const Claim& claim) const noexcept {
    std::size_t of_network = 0;
    std::size_t of_user = 0;
    for (const Entry& entry : waiting_) {
      if (entry.claim.network == claim.network) ++of_network;
      if (entry.claim.user == claim.user) ++of_user;
    }
    return of_network > of_user ? of_network : of_user;
  }

  /// Of the lowest rank the one who came last.
  [[nodiscard]] std::size_t next() const noexcept {
    return best([](const Entry& a, const Entry& b) {
      return a.rank != b.rank ? a.rank < b.rank : a.number > b.number;
    });
  }

  /// Of the highest rank the one who came first.
  [[nodiscard]] std::size_t last() const noexcept {
    return best([](const Entry& a, const Entry& b) {
      return a.rank != b.rank ? a.rank > b.rank : a.number < b.number;
    });
  }

  template <class IsBetter>
  [[nodiscard]] std::size_t best(IsBetter is_better) const noexcept {
    std::size_t found = 0;
    for (std::size_t i = 1; i < waiting_.size(); ++i) {
      if (is_better(waiting_[i], waiting_[found])) found = i;
    }
    return found;
  }

  [[nodiscard]] Job remove(std::size_t index) {
    Job job = std::move(waiting_[index].job);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
    return job;
  }

  std::chrono::steady_clock::duration patience_;
  std::vector<Entry> waiting_;  // as they came; so few that a look at all of them costs nothing
  std::uint64_t next_number_ = 0;
};

}  // namespace quoth::credentials
