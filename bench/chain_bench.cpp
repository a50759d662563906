// What a dispatch costs by itself.

#include <benchmark/benchmark.h>

#include <string>

#include <quoth/chains.hpp>

#include "event/dispatch.hpp"

namespace quoth::bench {
namespace {

struct Nothing {
  static constexpr event::ChainId chain = event::ChainId::unknown;
  static constexpr bool is_answerable = true;
};

class Deaf final : public event::FailureListener {
 public:
  void handler_failed(std::string_view /*handler*/, std::string_view /*why*/) noexcept override {}
};

/// A chain of so many handlers, none of which answers.
void dispatch(benchmark::State& state) {
  Chains chains;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    chains.get<Nothing>().append(std::to_string(i), [](Nothing&) { return pass(); });
  }
  SessionChains session{chains};
  Nothing nothing;
  Deaf deaf;
  for (auto _ : state) {
    event::Dispatch run{session.current(static_cast<std::size_t>(Nothing::chain)), nothing, deaf};
    benchmark::DoNotOptimize(run.run());
    session.settle();
  }
}
BENCHMARK(dispatch)->Arg(0)->Arg(1)->Arg(4)->Arg(16);

}  // namespace
}  // namespace quoth::bench
