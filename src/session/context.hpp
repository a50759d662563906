#pragma once

#include <cstddef>
#include <vector>

#include <quoth/chains.hpp>
#include <quoth/defence.hpp>
#include <quoth/server_options.hpp>
#include <quoth/smtp/dialect.hpp>

#include "core/id_source.hpp"
#include "core/memory_budget.hpp"
#include "net/offload.hpp"
#include "session/load.hpp"

namespace quoth::session {

struct DefaultAction;

/// What a server has ready for one verb of its dialect.
struct VerbPlan {
  std::size_t chain;            ///< The index of the raw chain.
  const DefaultAction* action;  ///< Quoth's own handling; null: others define it.
};

/// What all sessions of a server share. Set up before the first one begins; any thread.
struct Context {
  /// All is borrowed. Makes the raw chains of the dialect's verbs; the dialect may not change from
  /// here on.
  Context(const ServerOptions& options, const smtp::Dialect& dialect, Chains& chains,
          DefenceCounters& defences, net::BlockingPool& pool);

  [[nodiscard]] const VerbPlan& plan_of(const smtp::Verb& verb) const noexcept {
    return plans[static_cast<std::size_t>(&verb - dialect.verbs().data())];
  }

  const ServerOptions& options;
  const smtp::Dialect& dialect;
  Chains& chains;
  DefenceCounters& defences;
  net::BlockingPool& pool;
  IdSource ids;
  MemoryBudget memory;
  Load load;
  std::vector<VerbPlan> plans;  ///< In the dialect's order.
};

}  // namespace quoth::session
