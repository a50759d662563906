// How fast a message's text is looked through: dots, line ends, faults.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include <quoth/smtp/body_scanner.hpp>

#include "bench/support/message.hpp"
#include "core/scan.hpp"

namespace quoth::bench {
namespace {

/// @param scanner which of line_scanners() is to do it.
void pin(benchmark::State& state, std::int64_t scanner) {
  const auto all = line_scanners();
  const auto index = std::min(static_cast<std::size_t>(scanner), all.size() - 1);
  use_line_scanner(all[index]);
  state.SetLabel(std::string{all[index].name});
}

void scan(benchmark::State& state, const std::string& text) {
  pin(state, state.range(0));
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

void scan_body(benchmark::State& state) {
  scan(state, message(static_cast<std::size_t>(state.range(1))) + ".\r\n");
}
BENCHMARK(scan_body)->ArgsProduct({{0, 1, 2}, {1 << 10, 64 << 10, 1 << 20}});

/// Lines as people write them, whose lengths nobody guesses.
void scan_uneven_body(benchmark::State& state) {
  std::string text;
  for (std::uint32_t random = 1; text.size() < static_cast<std::size_t>(state.range(1));) {
    random = random * 1664525U + 1013904223U;
    text.append((random >> 16U) % 77, 'x').append("\r\n");
  }
  scan(state, text + ".\r\n");
}
BENCHMARK(scan_uneven_body)->ArgsProduct({{0, 1, 2}, {1 << 20}});

/// The least that finding line ends can cost, to compare with.
void find_line_ends(benchmark::State& state) {
  const std::string text = message(static_cast<std::size_t>(state.range(1)));
  pin(state, state.range(0));
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
BENCHMARK(find_line_ends)->ArgsProduct({{0, 1, 2}, {1 << 20}});

}  // namespace
}  // namespace quoth::bench
