#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/chain.hpp>
#include <quoth/event.hpp>

namespace quoth {

namespace event {

/// All orders of a server at one moment. Never changed, only replaced.
struct OrderSet {
  std::vector<std::shared_ptr<const Order>> orders;
  std::vector<std::pair<std::string, std::size_t>> verbs;  ///< Name to index in `orders`.

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  /// The index of a verb's chain, the name in any case; none if nobody asked for it yet.
  [[nodiscard]] std::size_t find_verb(std::string_view name) const noexcept;
};

}  // namespace event

/// All chains of a server: one for each typed event, and a raw one for each verb. Edits are
/// copy-on-write and safe from any thread; sessions notice with their next event.
class Chains final : public event::OrderStore {
 public:
  Chains();
  Chains(const Chains&) = delete;
  Chains& operator=(const Chains&) = delete;
  ~Chains() override;

  /// The chain of a typed event.
  template <class Event>
  [[nodiscard]] Chain<Event> get() noexcept {
    return {*this, static_cast<std::size_t>(Event::chain)};
  }

  /// The raw chain of a verb, which runs for each of its command lines. Any verb will do: one that
  /// nobody defined is a command from then on.
  [[nodiscard]] Chain<event::Command> verb(std::string_view name);

  void edit(std::size_t chain, const std::function<void(event::Order&)>& change) override;
  [[nodiscard]] std::shared_ptr<const event::Order> order(std::size_t chain) const override;

  // What follows is for the server that owns the chains.

  /// The index of a verb's raw chain, which is made if nobody asked for it yet.
  std::size_t index_of_verb(std::string_view name);
  /// Puts Quoth's own handler, named "default", at the end of a verb's chain, unless it is there.
  /// @returns the chain's index.
  std::size_t add_default(std::string_view verb);

  /// All orders as they are now, and a number that changes with each edit.
  [[nodiscard]] std::shared_ptr<const event::OrderSet> snapshot() const;
  [[nodiscard]] std::uint64_t version() const noexcept {
    return version_.load(std::memory_order_acquire);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const event::OrderSet> set_;
  std::atomic<std::uint64_t> version_{0};
};

/// The chains as one session sees them: the server's, but for those that the session has edited for
/// itself. The session's thread only.
class SessionChains final : public event::OrderStore {
 public:
  /// `server` is borrowed and must outlive this.
  explicit SessionChains(Chains& server);

  template <class Event>
  [[nodiscard]] Chain<Event> get() noexcept {
    return {*this, static_cast<std::size_t>(Event::chain)};
  }
  [[nodiscard]] Chain<event::Command> verb(std::string_view name);

  void edit(std::size_t chain, const std::function<void(event::Order&)>& change) override;
  [[nodiscard]] std::shared_ptr<const event::Order> order(std::size_t chain) const override;

  /// The order for a dispatch that begins now. It stays valid until settle().
  [[nodiscard]] const event::Order& current(std::size_t chain);
  [[nodiscard]] std::size_t find_verb(std::string_view name);
  /// No dispatch runs: orders that were replaced meanwhile may go.
  void settle() noexcept {
    if (!retired_.empty()) retired_.clear();
  }

 private:
  void refresh();

  Chains* server_;
  std::uint64_t version_;  // read ahead of the set: an edit in between is noticed later
  std::shared_ptr<const event::OrderSet> set_;
  std::vector<std::pair<std::size_t, std::shared_ptr<const event::Order>>> own_;
  std::vector<std::shared_ptr<const void>> retired_;
};

}  // namespace quoth
