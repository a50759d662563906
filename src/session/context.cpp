#include "session/context.hpp"

#include <cstddef>

#include "session/default_action.hpp"

namespace quoth::session {

Context::Context(const ServerOptions& o, const smtp::Dialect& d, Chains& c, DefenceCounters& n,
                 net::BlockingPool& p)
    : options{o},
      dialect{d},
      chains{c},
      defences{n},
      pool{p},
      ids{*o.clock},
      memory{o.memory_bytes},
      load{o} {
  for (const smtp::Verb& verb : dialect.verbs()) {
    const DefaultAction* const action = find_default_action(verb.name);
    const std::size_t chain =
        action != nullptr ? chains.add_default(verb.name) : chains.index_of_verb(verb.name);
    plans.push_back({chain, action});
  }
}

}  // namespace quoth::session
