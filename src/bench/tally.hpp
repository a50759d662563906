#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/options.hpp"

namespace quoth::bench {

/// Something that should not have come, and how often it did.
struct Unexpected {
  std::string command;  ///< What it was the answer to: "RCPT", "connect", "TLS".
  std::string reply;    ///< Its first line, or in parentheses what came in place of a reply.
  std::uint64_t count = 0;
};

/// What one thread has counted; the threads' tallies are merged in the end.
struct Tally {
  std::uint64_t messages = 0;     ///< Taken by the server.
  std::uint64_t failed = 0;       ///< Messages that were begun and not taken.
  std::uint64_t connections = 0;  ///< That were made.
  std::uint64_t handshakes = 0;   ///< Full ones.
  std::uint64_t resumptions = 0;
  std::uint64_t behind = 0;    ///< Messages that were due and have not been begun.
  Clock::duration lateness{};  ///< Of the last message of an open loop, when it was begun.
  Clock::time_point last{};    ///< When the last message was taken or given up.
  Histogram latency{};
  std::vector<Unexpected> unexpected{};

  /// Different replies are told apart up to a limit; the rest of a command counts as one.
  void note(std::string_view command, std::string_view reply, std::uint64_t count = 1);
  void merge(const Tally& other);
};

}  // namespace quoth::bench
