// How fast a message's text is looked through: dots, line ends, faults.

#include <benchmark/benchmark.h>

#include <quoth/smtp/body_scanner.hpp>

#include "bench/support/message.hpp"
#include "core/scan.hpp"

namespace quoth::bench {
namespace {

void scan_body(benchmark::State& state) {
  const std::string text = message(static_cast<std::size_t>(state.range(0))) + ".\r\n";
  for (auto _ : state) {
    smtp::BodyScanner scanner{{}, 1000, smtp::Framing::dots};
    std::string_view rest = text;
    while (!rest.empty()) {
      const smtp::BodyScanner::Found found = scanner.next(rest);
      benchmark::DoNotOptimize(found.text.data());
      rest.remove_prefix(found.consumed);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(scan_body)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20);

/// The least that finding line ends can cost, to compare with.
void find_line_ends(benchmark::State& state) {
  const std::string text = message(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t at = find_line_octet(rest);
      benchmark::DoNotOptimize(at);
      rest.remove_prefix(std::min(at + 2, rest.size()));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(find_line_ends)->Arg(1 << 20);

}  // namespace
}  // namespace quoth::bench
