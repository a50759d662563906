#pragma once

#include <string>
#include <vector>

#include "conform/battery.hpp"
#include "conform/situation.hpp"
#include "net/stream.hpp"

namespace quoth::conform {

/// What the first dialogue with a server has shown.
struct Probe {
  std::string error;   ///< Not empty: there is no server to judge.
  std::string advice;  ///< What to do about it.
  std::string greeting = {};
  std::vector<std::string> extensions = {};
};

/// Connects, on the first endpoint that answers, reads the greeting and says EHLO. Fills what
/// `situation` has of the server.
[[nodiscard]] Awaitable<Probe> probe(const net::Executor& executor, const Options& options,
                                     Situation& situation);

}  // namespace quoth::conform
