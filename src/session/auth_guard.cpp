// Three tables of small sets, each of a fixed size that is there from the first failure on. An
// entry has its place in one set; if that is full, the one with the fewest failures goes, the
// oldest of those first. So a flood can only make the guard forget, and it forgets last who failed
// most.
//
// A network's failures are counted in parts of the window: a failure counts for the window, and up
// to one part longer. Nobody is blocked who has failed less often than that.
#include "session/auth_guard.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/keyed_hash.hpp"

namespace quoth::session {
namespace {

using Time = AuthGuard::Time;

constexpr std::size_t set_size = 8;
constexpr std::size_t set_count = 2048;

void increase(std::uint32_t& count) noexcept {
  if (count != std::numeric_limits<std::uint32_t>::max()) ++count;
}

/// Failures of a network, by the part of the window they happened in.
class WindowCount {
 public:
  static constexpr std::int64_t parts = 8;

  /// Those of the window that ends with `part`.
  [[nodiscard]] std::uint64_t at(std::int64_t part) const noexcept {
    std::uint64_t sum = 0;
    for (std::int64_t each = std::max(part, last_) - parts; each <= last_; ++each) {
      sum += counts_[index(each)];
    }
    return sum;
  }

  void add(std::int64_t part) noexcept {
    part = std::max(part, last_);
    for (std::int64_t passed = std::max(last_ + 1, part - parts); passed <= part; ++passed) {
      counts_[index(passed)] = 0;
    }
    last_ = part;
    increase(counts_[index(part)]);
  }

 private:
  static constexpr std::size_t index(std::int64_t part) noexcept {
    return static_cast<std::size_t>(part % (parts + 1));
  }

  std::array<std::uint32_t, parts + 1> counts_{};  // the part that runs, and those before it
  std::int64_t last_ = parts;
};

struct NetworkEntry {
  std::uint64_t tag = 0;  // 0: the place is free
  Time last = Time::min();
  WindowCount failures;
};

struct UserEntry {
  std::uint64_t tag = 0;
  Time last = Time::min();
  std::uint32_t failures = 0;
};

template <class Entry>
class Table {
 public:
  /// Null: there is none.
  [[nodiscard]] const Entry* find(std::uint64_t tag) const noexcept {
    if (entries_.empty()) return nullptr;
    const std::span set = std::span{entries_}.subspan(place_of(tag), set_size);
    const auto entry = std::ranges::find(set, tag, &Entry::tag);
    return entry == set.end() ? nullptr : &*entry;
  }

  /// Its entry, made if there is none. `weight`: how much an entry is worth keeping.
  template <class Weight>
  [[nodiscard]] Entry& get(std::uint64_t tag, Weight weight) {
    if (entries_.empty()) entries_.resize(set_size * set_count);
    const std::span set = std::span{entries_}.subspan(place_of(tag), set_size);
    auto entry = std::ranges::find(set, tag, &Entry::tag);
    if (entry == set.end()) {
      entry = std::ranges::min_element(set, {}, [&weight](const Entry& each) {
        return std::pair{each.tag == 0 ? 0 : weight(each), each.last};
      });
      *entry = Entry{};
      entry->tag = tag;
    }
    return *entry;
  }

  void forget(std::uint64_t tag) noexcept {
    if (const Entry* found = find(tag))
      entries_[static_cast<std::size_t>(found - &entries_[0])] = {};
  }

 private:
  [[nodiscard]] static std::size_t place_of(std::uint64_t tag) noexcept {
    return tag % set_count * set_size;
  }

  std::vector<Entry> entries_;
};

}  // namespace

struct AuthGuard::Impl {
  explicit Impl(const AuthOptions& auth_options) : options{auth_options} {
    // A window of nothing would divide by nothing.
    part_length = std::max(std::chrono::nanoseconds{options.failure_window} / WindowCount::parts,
                           std::chrono::nanoseconds{1});
  }

  [[nodiscard]] std::int64_t part_of(Time now) const noexcept {
    return now.time_since_epoch() / part_length + WindowCount::parts;
  }
  [[nodiscard]] std::uint64_t tag_of(std::string_view octets) const noexcept {
    return std::max<std::uint64_t>(hash(octets), 1);
  }
  [[nodiscard]] std::uint64_t network_tag(const net::AddressKey& network) const {
    return tag_of(std::string{network.begin(), network.end()});
  }
  [[nodiscard]] std::uint64_t user_tag(const std::optional<net::AddressKey>& network,
                                       std::string_view user) const;
  void count_network(const net::AddressKey& network, Time now);
  [[nodiscard]] std::uint32_t count_in(Table<UserEntry>& table, std::uint64_t tag, Time now);
  [[nodiscard]] std::chrono::milliseconds delay_after(std::uint32_t failures) const noexcept;

  AuthOptions options;
  std::chrono::nanoseconds part_length{};
  KeyedHash hash;
  mutable std::mutex mutex;
  Table<NetworkEntry> networks;
  Table<UserEntry> users;
  Table<UserEntry> heard;  // by network: how many logins came to nothing
};

std::uint64_t AuthGuard::Impl::user_tag(const std::optional<net::AddressKey>& network,
                                        std::string_view user) const {
  std::string octets;
  if (network) octets.assign(network->begin(), network->end());
  octets += network ? '1' : '0';
  octets += user;
  return tag_of(octets);
}

void AuthGuard::Impl::count_network(const net::AddressKey& network, Time now) {
  const std::int64_t part = part_of(now);
  const auto weight = [part](const NetworkEntry& entry) { return entry.failures.at(part); };
  NetworkEntry& entry = networks.get(network_tag(network), weight);
  entry.failures.add(part);
  entry.last = now;
}

std::uint32_t AuthGuard::Impl::count_in(Table<UserEntry>& table, std::uint64_t tag, Time now) {
  const Time forgotten = now - options.failure_window;
  const auto weight = [forgotten](const UserEntry& entry) {
    return entry.last < forgotten ? 0 : entry.failures;
  };
  UserEntry& entry = table.get(tag, weight);
  if (entry.last < forgotten) entry.failures = 0;
  increase(entry.failures);
  entry.last = now;
  return entry.failures;
}

std::chrono::milliseconds AuthGuard::Impl::delay_after(std::uint32_t failures) const noexcept {
  std::chrono::milliseconds delay = options.first_delay;
  for (std::uint32_t i = 1; i < failures && delay < options.longest_delay; ++i) {
    if (delay == delay.zero()) break;
    delay = delay > options.longest_delay / 2 ? options.longest_delay : delay * 2;
  }
  return std::min(delay, options.longest_delay);
}

AuthGuard::AuthGuard(const AuthOptions& options) : impl_{std::make_unique<Impl>(options)} {}
AuthGuard::~AuthGuard() = default;

bool AuthGuard::is_blocked(const std::optional<net::AddressKey>& network, Time now) const {
  if (!network || !impl_->options.failures) return false;
  const std::lock_guard lock{impl_->mutex};
  const NetworkEntry* const entry = impl_->networks.find(impl_->network_tag(*network));
  return entry != nullptr && entry->failures.at(impl_->part_of(now)) >= *impl_->options.failures;
}

std::chrono::milliseconds AuthGuard::failed(const std::optional<net::AddressKey>& network,
                                            std::string_view user, Time now) {
  const std::lock_guard lock{impl_->mutex};
  if (network) impl_->count_network(*network, now);
  return impl_->delay_after(impl_->count_in(impl_->users, impl_->user_tag(network, user), now));
}

std::chrono::milliseconds AuthGuard::delay(const std::optional<net::AddressKey>& network,
                                           std::string_view user, Time now) const {
  const std::lock_guard lock{impl_->mutex};
  const UserEntry* const entry = impl_->users.find(impl_->user_tag(network, user));
  const bool has_failed = entry != nullptr && entry->last >= now - impl_->options.failure_window;
  return impl_->delay_after(has_failed ? entry->failures : 1);
}

std::optional<std::uint64_t> AuthGuard::hear(const std::optional<net::AddressKey>& network,
                                             std::string_view user, Time now) {
  const std::lock_guard lock{impl_->mutex};
  const std::uint64_t tag = network ? impl_->network_tag(*network) : impl_->user_tag(network, user);
  const std::uint32_t times = impl_->count_in(impl_->heard, tag, now);
  if (times > always_told && !std::has_single_bit(times)) return std::nullopt;
  return times;
}

void AuthGuard::succeeded(const std::optional<net::AddressKey>& network, std::string_view user,
                          Time /*now*/) {
  const std::lock_guard lock{impl_->mutex};
  impl_->users.forget(impl_->user_tag(network, user));
}

}  // namespace quoth::session
