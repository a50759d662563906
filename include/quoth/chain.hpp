#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/handler.hpp>

namespace quoth {

/// One handler as it stands in a chain, for whoever wants to look.
struct HandlerInfo {
  std::string name;
  bool is_enabled = true;
  bool is_default = false;           ///< Quoth's own, at the end of a verb's chain.
  std::uint64_t calls = 0;           ///< How often it ran, on all sessions.
  std::uint64_t answers = 0;         ///< How often its reply ended the chain.
  std::chrono::nanoseconds time{0};  ///< How long all its calls took, waiting included. Not of the
                                     ///< default: a typed event's handlers have their own.
};

namespace event {

/// Counts of one handler, shared by all orders that it stands in. Any thread.
class HandlerCounts;

/// One place in an order.
struct Place {
  std::string name;
  std::shared_ptr<const AnyHandler> handler;  ///< Null: the built-in default of a verb.
  std::shared_ptr<HandlerCounts> counts;
  bool is_enabled = true;
};

/// The handlers of one event, in the order they run. Names are unique; every edit of a name that
/// is not there throws std::invalid_argument and changes nothing.
class Order {
 public:
  void append(Place place);
  void prepend(Place place);
  void insert_before(std::string_view anchor, Place place);
  void insert_after(std::string_view anchor, Place place);
  void move_before(std::string_view name, std::string_view anchor);
  void move_after(std::string_view name, std::string_view anchor);
  void first(std::string_view name);
  void last(std::string_view name);
  void up(std::string_view name, std::size_t places);
  void down(std::string_view name, std::size_t places);
  void swap(std::string_view a, std::string_view b);
  void remove(std::string_view name);
  void set_enabled(std::string_view name, bool is_enabled);

  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }

 private:
  [[nodiscard]] std::size_t index_of(std::string_view name) const;
  void insert(std::size_t index, Place place);
  void move_to(std::size_t from, std::size_t to);

  std::vector<Place> places_;
};

/// Where orders are kept: by a server for all its sessions, or by one session for itself.
class OrderStore {
 public:
  virtual ~OrderStore() = default;
  /// Runs `change` on a copy of the order and puts it in the old one's place, unless it throws.
  virtual void edit(std::size_t chain, const std::function<void(Order&)>& change) = 0;
  /// The order as it is now.
  [[nodiscard]] virtual std::shared_ptr<const Order> order(std::size_t chain) const = 0;

 protected:
  OrderStore() = default;
  OrderStore(const OrderStore&) = default;
  OrderStore& operator=(const OrderStore&) = default;
};

[[nodiscard]] Place make_place(std::string name, AnyHandler handler);
[[nodiscard]] std::vector<HandlerInfo> describe(const Order& order);

}  // namespace event

/// The handlers of `Event`, to be looked at and edited. A handle: copy it as you like; it must not
/// outlive the server or session that it came from.
///
/// Every edit is a real move and takes effect with the event's next dispatch; one that runs goes on
/// in the order it began with. A name that is not there, or is there already, throws
/// std::invalid_argument, and nothing has changed. Chains of a server: any thread, at any time.
/// Chains of a session: its own handlers only.
template <class Event>
class Chain {
 public:
  Chain(event::OrderStore& store, std::size_t index) noexcept : store_{&store}, index_{index} {}

  /// Adds a handler at the end. In a verb's chain that is ahead of the default handler, which
  /// answers always.
  template <HandlerOf<Event> Handler>
  void append(std::string name, Handler handler) const {
    edit([&](event::Order& order) { order.append(place(name, std::move(handler))); });
  }

  /// Adds a handler at the front.
  template <HandlerOf<Event> Handler>
  void prepend(std::string name, Handler handler) const {
    edit([&](event::Order& order) { order.prepend(place(name, std::move(handler))); });
  }

  /// Adds a handler just ahead of `anchor`.
  template <HandlerOf<Event> Handler>
  void before(std::string_view anchor, std::string name, Handler handler) const {
    edit(
        [&](event::Order& order) { order.insert_before(anchor, place(name, std::move(handler))); });
  }

  /// Adds a handler just behind `anchor`.
  template <HandlerOf<Event> Handler>
  void after(std::string_view anchor, std::string name, Handler handler) const {
    edit([&](event::Order& order) { order.insert_after(anchor, place(name, std::move(handler))); });
  }

  /// Moves `name` just ahead of, or just behind, `anchor`.
  void before(std::string_view anchor, std::string_view name) const {
    edit([&](event::Order& order) { order.move_before(name, anchor); });
  }
  void after(std::string_view anchor, std::string_view name) const {
    edit([&](event::Order& order) { order.move_after(name, anchor); });
  }

  /// Moves `name` to the front; the others keep their order.
  void first(std::string_view name) const {
    edit([&](event::Order& order) { order.first(name); });
  }
  /// Moves `name` to the end; the others keep their order.
  void last(std::string_view name) const {
    edit([&](event::Order& order) { order.last(name); });
  }
  /// Moves `name` earlier by so many places, at most to the front.
  void up(std::string_view name, std::size_t places = 1) const {
    edit([&](event::Order& order) { order.up(name, places); });
  }
  /// Moves `name` later by so many places, at most to the end.
  void down(std::string_view name, std::size_t places = 1) const {
    edit([&](event::Order& order) { order.down(name, places); });
  }
  /// Exchanges two.
  void swap(std::string_view a, std::string_view b) const {
    edit([&](event::Order& order) { order.swap(a, b); });
  }
  /// Takes `name` out. It lives until the last dispatch that began with it has ended.
  void remove(std::string_view name) const {
    edit([&](event::Order& order) { order.remove(name); });
  }
  /// Passes `name` over, but keeps its place.
  void disable(std::string_view name) const {
    edit([&](event::Order& order) { order.set_enabled(name, false); });
  }
  void enable(std::string_view name) const {
    edit([&](event::Order& order) { order.set_enabled(name, true); });
  }

  /// Who stands there now, in order.
  [[nodiscard]] std::vector<HandlerInfo> handlers() const {
    return event::describe(*store_->order(index_));
  }

 private:
  template <class Handler>
  static event::Place place(std::string& name, Handler handler) {
    return event::make_place(std::move(name), event::erase<Event>(std::move(handler)));
  }

  void edit(const std::function<void(event::Order&)>& change) const {
    store_->edit(index_, change);
  }

  event::OrderStore* store_;
  std::size_t index_;
};

}  // namespace quoth
