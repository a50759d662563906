// What one command costs, from its octets to the reply's.

#include <benchmark/benchmark.h>

#include "bench/support/message.hpp"
#include "bench/support/session_driver.hpp"
#include "mail/path.hpp"

namespace quoth::bench {
namespace {

constexpr std::string_view opening = "EHLO client.test\r\nMAIL FROM:<bob@there.test> SIZE=1000\r\n";
constexpr std::string_view rcpt = "RCPT TO:<ann@example.test>\r\n";
constexpr std::string_view closing = "RSET\r\n";

void parse_path(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(mail::forward_path_at("<ann@example.test>"));
  }
}
BENCHMARK(parse_path);

/// The line through framing and grammar alone.
void parse_rcpt(benchmark::State& state) {
  const smtp::Dialect dialect = smtp::standard_dialect({});
  smtp::ServerProtocol protocol{dialect};
  std::string out;
  for (std::string_view rest = opening; !rest.empty();) {
    const smtp::Step step = protocol.next(rest);
    protocol.answer({250, "OK"}, out);
    rest.remove_prefix(step.consumed);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(protocol.next(rcpt));
    protocol.answer({450, "4.2.1 not now"}, out);
    out.clear();
  }
}
BENCHMARK(parse_rcpt);

/// The same with the raw chain, the default action, the typed chain and its reply. The recipients
/// are thrown away now and then, so that the envelope does not grow.
void rcpt_through_chain(benchmark::State& state) {
  ServerParts server;
  SessionDriver session{server};
  session.feed(opening);
  std::size_t recipients = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(session.feed(rcpt));
    if (++recipients % 500 != 0) continue;
    session.feed(closing);
    session.feed(opening);
  }
}
BENCHMARK(rcpt_through_chain);

/// One transaction of 1 KiB, all its commands in one piece.
void pipelined_message(benchmark::State& state) {
  ServerParts server;
  SessionDriver session{server};
  session.feed("EHLO client.test\r\n");
  const std::string transaction =
      "MAIL FROM:<bob@there.test>\r\nRCPT TO:<ann@example.test>\r\nDATA\r\n" + message(1024) +
      ".\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(session.feed(transaction));
}
BENCHMARK(pipelined_message);

}  // namespace
}  // namespace quoth::bench
