#include <quoth/chains.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"
#include "event/handler_counts.hpp"

namespace quoth {

std::size_t event::OrderSet::find_verb(std::string_view name) const noexcept {
  for (const auto& [verb, index] : verbs) {
    if (ascii::iequals(verb, name)) return index;
  }
  return none;
}

Chains::Chains() {
  auto set = std::make_shared<event::OrderSet>();
  set->orders.assign(static_cast<std::size_t>(event::ChainId::count),
                     std::make_shared<const event::Order>());
  set_ = std::move(set);
}

Chains::~Chains() = default;

void Chains::edit(std::size_t chain, const std::function<void(event::Order&)>& change) {
  const std::lock_guard lock{mutex_};
  auto order = std::make_shared<event::Order>(*set_->orders.at(chain));
  change(*order);
  auto set = std::make_shared<event::OrderSet>(*set_);
  set->orders[chain] = std::move(order);
  set_ = std::move(set);
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const event::Order> Chains::order(std::size_t chain) const {
  return snapshot()->orders.at(chain);
}

std::shared_ptr<const event::OrderSet> Chains::snapshot() const {
  const std::lock_guard lock{mutex_};
  return set_;
}

std::size_t Chains::index_of_verb(std::string_view name) {
  const std::lock_guard lock{mutex_};
  if (const std::size_t found = set_->find_verb(name); found != event::OrderSet::none) {
    return found;
  }
  auto set = std::make_shared<event::OrderSet>(*set_);
  const std::size_t index = set->orders.size();
  set->orders.push_back(std::make_shared<const event::Order>());
  set->verbs.emplace_back(ascii::upper(name), index);
  set_ = std::move(set);
  version_.fetch_add(1, std::memory_order_release);
  return index;
}

Chain<event::Command> Chains::verb(std::string_view name) { return {*this, index_of_verb(name)}; }

std::size_t Chains::add_default(std::string_view verb) {
  const std::size_t index = index_of_verb(verb);
  edit(index, [](event::Order& order) {
    if (order.contains("default")) return;
    order.append({"default", nullptr, std::make_shared<event::HandlerCounts>()});
  });
  return index;
}

SessionChains::SessionChains(Chains& server)
    : server_{&server}, version_{server.version()}, set_{server.snapshot()} {}

Chain<event::Command> SessionChains::verb(std::string_view name) {
  static_cast<void>(server_->verb(name));  // makes the chain, if nobody had it yet
  return {*this, find_verb(name)};
}

void SessionChains::refresh() {
  const std::uint64_t version = server_->version();
  if (version == version_) return;
  version_ = version;
  retired_.push_back(std::exchange(set_, server_->snapshot()));
}

void SessionChains::edit(std::size_t chain, const std::function<void(event::Order&)>& change) {
  auto changed = std::make_shared<event::Order>(*order(chain));
  change(*changed);
  for (auto& [index, own] : own_) {
    if (index != chain) continue;
    retired_.push_back(std::exchange(own, std::move(changed)));
    return;
  }
  own_.emplace_back(chain, std::move(changed));
}

std::shared_ptr<const event::Order> SessionChains::order(std::size_t chain) const {
  for (const auto& [index, own] : own_) {
    if (index == chain) return own;
  }
  return server_->order(chain);
}

const event::Order& SessionChains::current(std::size_t chain) {
  refresh();
  for (const auto& [index, own] : own_) {
    if (index == chain) return *own;
  }
  return *set_->orders[chain];
}

std::size_t SessionChains::find_verb(std::string_view name) {
  refresh();
  return set_->find_verb(name);
}

}  // namespace quoth
