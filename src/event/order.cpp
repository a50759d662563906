#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/chain.hpp>

#include "event/handler_counts.hpp"

namespace quoth::event {
namespace {

auto with_name(std::string_view name) {
  return [name](const Place& place) { return place.name == name; };
}

}  // namespace

bool Order::contains(std::string_view name) const noexcept {
  return std::any_of(places_.begin(), places_.end(), with_name(name));
}

std::size_t Order::index_of(std::string_view name) const {
  const auto found = std::find_if(places_.begin(), places_.end(), with_name(name));
  if (found == places_.end()) {
    throw std::invalid_argument("no handler \"" + std::string{name} + "\" in this chain");
  }
  return static_cast<std::size_t>(found - places_.begin());
}

void Order::insert(std::size_t index, Place place) {
  if (place.name.empty()) throw std::invalid_argument("a handler needs a name");
  if (contains(place.name)) {
    throw std::invalid_argument("there is a handler \"" + place.name + "\" in this chain already");
  }
  places_.insert(places_.begin() + static_cast<std::ptrdiff_t>(index), std::move(place));
}

void Order::move_to(std::size_t from, std::size_t to) {
  const auto at = [this](std::size_t i) {
    return places_.begin() + static_cast<std::ptrdiff_t>(i);
  };
  if (from < to) {
    std::rotate(at(from), at(from + 1), at(to + 1));
  } else {
    std::rotate(at(to), at(from), at(from + 1));
  }
}

void Order::append(Place place) {
  const bool default_ends = !places_.empty() && places_.back().handler == nullptr;
  insert(default_ends ? places_.size() - 1 : places_.size(), std::move(place));
}

void Order::prepend(Place place) { insert(0, std::move(place)); }

void Order::insert_before(std::string_view anchor, Place place) {
  insert(index_of(anchor), std::move(place));
}

void Order::insert_after(std::string_view anchor, Place place) {
  insert(index_of(anchor) + 1, std::move(place));
}

void Order::move_before(std::string_view name, std::string_view anchor) {
  const std::size_t from = index_of(name);
  const std::size_t to = index_of(anchor);
  move_to(from, from < to ? to - 1 : to);
}

void Order::move_after(std::string_view name, std::string_view anchor) {
  const std::size_t from = index_of(name);
  const std::size_t to = index_of(anchor);
  move_to(from, from > to ? to + 1 : to);
}

void Order::first(std::string_view name) { move_to(index_of(name), 0); }

void Order::last(std::string_view name) { move_to(index_of(name), places_.size() - 1); }

void Order::up(std::string_view name, std::size_t places) {
  const std::size_t from = index_of(name);
  move_to(from, from - std::min(from, places));
}

void Order::down(std::string_view name, std::size_t places) {
  const std::size_t from = index_of(name);
  move_to(from, from + std::min(places_.size() - 1 - from, places));
}

void Order::swap(std::string_view a, std::string_view b) {
  std::swap(places_[index_of(a)], places_[index_of(b)]);
}

void Order::remove(std::string_view name) {
  places_.erase(places_.begin() + static_cast<std::ptrdiff_t>(index_of(name)));
}

void Order::set_enabled(std::string_view name, bool is_enabled) {
  places_[index_of(name)].is_enabled = is_enabled;
}

Place make_place(std::string name, AnyHandler handler) {
  return {std::move(name), std::make_shared<const AnyHandler>(std::move(handler)),
          std::make_shared<HandlerCounts>()};
}

std::vector<HandlerInfo> describe(const Order& order) {
  std::vector<HandlerInfo> result;
  for (const Place& place : order.places()) {
    const HandlerCounts::Sum counts = place.counts->sum();
    result.push_back({.name = place.name,
                      .is_enabled = place.is_enabled,
                      .is_default = place.handler == nullptr,
                      .calls = counts.calls,
                      .answers = counts.answers,
                      .time = counts.time});
  }
  return result;
}

}  // namespace quoth::event
