// The fixed script of the instruction gate: gate SCENARIO COUNT. It runs the scenario COUNT times
// and prints nothing; `run` beside it counts what that costs.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/support/message.hpp"
#include "bench/support/session_driver.hpp"
#include "core/scan.hpp"

namespace {

using quoth::bench::message;
using quoth::bench::ServerParts;
using quoth::bench::SessionDriver;

constexpr std::string_view ehlo = "EHLO client.test\r\n";
constexpr std::string_view mail = "MAIL FROM:<bob@there.test> SIZE=1000\r\n";
constexpr std::string_view rcpt = "RCPT TO:<ann@example.test>\r\n";
constexpr std::string_view data = "DATA\r\n";
constexpr std::string_view quit = "QUIT\r\n";

void expect(std::string_view replies, std::string_view code) {
  if (replies.starts_with(code)) return;
  std::fprintf(stderr, "gate: %.*s", static_cast<int>(replies.size()), replies.data());
  std::exit(1);
}

void transaction(SessionDriver& session, const std::string& text) {
  expect(session.feed(mail), "250");
  expect(session.feed(rcpt), "250");
  expect(session.feed(data), "354");
  expect(session.feed(text), "250");
}

/// A connection, one message of 1 KiB.
void one_message(ServerParts& server, int count) {
  const std::string text = message(1024) + ".\r\n";
  for (int i = 0; i < count; ++i) {
    SessionDriver session{server};
    expect(session.feed(ehlo), "250");
    transaction(session, text);
    expect(session.feed(quit), "221");
  }
}

/// One message of 1 KiB on a connection that is open already.
void next_message(ServerParts& server, int count) {
  const std::string text = message(1024) + ".\r\n";
  SessionDriver session{server};
  expect(session.feed(ehlo), "250");
  for (int i = 0; i < count; ++i) transaction(session, text);
}

/// The same, its commands in one piece.
void pipelined(ServerParts& server, int count) {
  std::string group{mail};
  group.append(rcpt).append(data);
  const std::string text = message(1024) + ".\r\n";
  SessionDriver session{server};
  expect(session.feed(ehlo), "250");
  for (int i = 0; i < count; ++i) {
    expect(session.feed(group), "250");
    expect(session.feed(text), "250");
  }
}

/// One more recipient.
void recipient(ServerParts& server, int count) {
  SessionDriver session{server};
  expect(session.feed(ehlo), "250");
  for (int i = 0; i < count; ++i) {
    if (i % 500 == 0) {
      expect(session.feed("RSET\r\n"), "250");
      expect(session.feed(mail), "250");
    }
    expect(session.feed(rcpt), "250");
  }
}

/// One message of 64 KiB.
void large_message(ServerParts& server, int count) {
  const std::string text = message(std::size_t{64} << 10U) + ".\r\n";
  SessionDriver session{server};
  expect(session.feed(ehlo), "250");
  for (int i = 0; i < count; ++i) transaction(session, text);
}

int usage() {
  std::fputs("gate one_message|next_message|pipelined|recipient|large_message COUNT\n", stderr);
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return usage();
  const std::string_view scenario = argv[1];
  const int count = std::atoi(argv[2]);
  // Counts are to be equal on every processor, and valgrind does not know each.
  quoth::use_line_scanner(quoth::line_scanners().front());
  ServerParts server;
  if (scenario == "one_message") return one_message(server, count), 0;
  if (scenario == "next_message") return next_message(server, count), 0;
  if (scenario == "pipelined") return pipelined(server, count), 0;
  if (scenario == "recipient") return recipient(server, count), 0;
  if (scenario == "large_message") return large_message(server, count), 0;
  return usage();
}
